CREATE TABLE pay_order (
    no VARCHAR(40) NOT NULL PRIMARY KEY,
    case_id VARCHAR(40) NOT NULL,
    candidate_id VARCHAR(40) NOT NULL,
    business VARCHAR(60) NOT NULL,
    subject VARCHAR(200) NOT NULL,
    state VARCHAR(12) NOT NULL,
    total_fen BIGINT NOT NULL,
    received_fen BIGINT NOT NULL DEFAULT 0,
    refund_held_fen BIGINT NOT NULL DEFAULT 0,
    refunded_fen BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    lives_ms BIGINT NOT NULL,
    paid_at_ms BIGINT,
    paid_channel VARCHAR(40) NOT NULL DEFAULT '',
    provider_trade_no VARCHAR(64) NOT NULL DEFAULT '',
    operation_id VARCHAR(80) NOT NULL UNIQUE,
    live_case_key VARCHAR(40) UNIQUE,
    revision BIGINT NOT NULL DEFAULT 0,
    KEY pay_order_candidate (candidate_id, created_at_ms),
    KEY pay_order_case (case_id, created_at_ms),
    KEY pay_order_due (state, expires_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE order_line (
    order_no VARCHAR(40) NOT NULL,
    line_no SMALLINT NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (order_no, line_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_attempt (
    no VARCHAR(32) NOT NULL PRIMARY KEY,
    order_no VARCHAR(40) NOT NULL,
    channel VARCHAR(40) NOT NULL,
    state VARCHAR(12) NOT NULL,
    amount_fen BIGINT NOT NULL,
    qr_text VARCHAR(2000) NOT NULL DEFAULT '',
    operation_id VARCHAR(80) NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    next_poll_ms BIGINT NOT NULL,
    polls BIGINT NOT NULL DEFAULT 0,
    UNIQUE (operation_id, channel),
    KEY pay_attempt_order (order_no),
    KEY pay_attempt_due (state, next_poll_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_notice (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    channel VARCHAR(40) NOT NULL,
    raw MEDIUMBLOB NOT NULL,
    received_at_ms BIGINT NOT NULL,
    verdict VARCHAR(20) NOT NULL,
    why VARCHAR(60) NOT NULL DEFAULT '',
    notice_id VARCHAR(80) NOT NULL DEFAULT '',
    attempt_no VARCHAR(64) NOT NULL DEFAULT '',
    KEY pay_notice_attempt (attempt_no),
    KEY pay_notice_time (received_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_transaction (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    channel VARCHAR(40) NOT NULL,
    provider_trade_no VARCHAR(64) NOT NULL,
    attempt_no VARCHAR(64) NOT NULL,
    order_no VARCHAR(40) NOT NULL,
    amount_fen BIGINT NOT NULL,
    currency VARCHAR(8) NOT NULL,
    kind VARCHAR(12) NOT NULL,
    paid_at_ms BIGINT NOT NULL,
    booked_at_ms BIGINT NOT NULL,
    bill_day VARCHAR(10) NOT NULL DEFAULT '',
    mac VARCHAR(64) NOT NULL,
    UNIQUE (channel, provider_trade_no),
    KEY pay_transaction_order (order_no),
    KEY pay_transaction_paid (channel, paid_at_ms),
    KEY pay_transaction_bill (channel, bill_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_exception (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    channel VARCHAR(40) NOT NULL,
    attempt_no VARCHAR(64) NOT NULL,
    provider_trade_no VARCHAR(64) NOT NULL,
    order_no VARCHAR(40) NOT NULL,
    state VARCHAR(12) NOT NULL,
    amount_fen BIGINT NOT NULL,
    refund_held_fen BIGINT NOT NULL DEFAULT 0,
    refunded_fen BIGINT NOT NULL DEFAULT 0,
    seen_at_ms BIGINT NOT NULL,
    UNIQUE (channel, provider_trade_no),
    KEY pay_exception_state (state, seen_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_refund (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    order_no VARCHAR(40) NOT NULL,
    exception_id VARCHAR(40) NOT NULL,
    channel VARCHAR(40) NOT NULL,
    attempt_no VARCHAR(64) NOT NULL,
    total_fen BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason VARCHAR(400) NOT NULL,
    state VARCHAR(12) NOT NULL,
    asked_by VARCHAR(60) NOT NULL,
    approved_by VARCHAR(60) NOT NULL DEFAULT '',
    provider_refund_no VARCHAR(64),
    asked_at_ms BIGINT NOT NULL,
    approved_at_ms BIGINT,
    done_at_ms BIGINT,
    next_poll_ms BIGINT NOT NULL DEFAULT 0,
    polls BIGINT NOT NULL DEFAULT 0,
    bill_day VARCHAR(10) NOT NULL DEFAULT '',
    KEY pay_refund_order (order_no),
    KEY pay_refund_exception (exception_id),
    KEY pay_refund_due (state, next_poll_ms),
    KEY pay_refund_done (channel, done_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_reconciliation (
    channel VARCHAR(40) NOT NULL,
    day_text VARCHAR(10) NOT NULL,
    ours_fen BIGINT NOT NULL,
    theirs_fen BIGINT NOT NULL,
    unexplained_fen BIGINT NOT NULL,
    matched BIGINT NOT NULL,
    repaired BIGINT NOT NULL,
    exceptions BIGINT NOT NULL,
    done_at_ms BIGINT NOT NULL,
    PRIMARY KEY (channel, day_text)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE pay_difference (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    channel VARCHAR(40) NOT NULL,
    day_text VARCHAR(10) NOT NULL,
    kind VARCHAR(24) NOT NULL,
    number VARCHAR(64) NOT NULL,
    amount_fen BIGINT NOT NULL,
    KEY pay_difference_day (channel, day_text)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
