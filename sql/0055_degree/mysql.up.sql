CREATE TABLE degree_request (
    request_no VARCHAR(32) NOT NULL PRIMARY KEY,
    account_id VARCHAR(40) NOT NULL,
    session_id VARCHAR(80) NOT NULL,
    operation_id VARCHAR(80) NOT NULL,
    state VARCHAR(12) NOT NULL,
    code_nonce VARCHAR(32) NOT NULL,
    qr_text VARCHAR(1000) NOT NULL DEFAULT '',
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    next_poll_ms BIGINT NOT NULL,
    polls BIGINT NOT NULL DEFAULT 0,
    answered_at_ms BIGINT,
    event_id VARCHAR(80) NOT NULL DEFAULT '',
    raw_digest VARCHAR(64) NOT NULL DEFAULT '',
    sealed_records MEDIUMBLOB NOT NULL,
    live_key VARCHAR(40) UNIQUE,
    UNIQUE (account_id, operation_id),
    KEY degree_request_due (state, next_poll_ms),
    KEY degree_request_newest (account_id, created_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE degree (
    account_id VARCHAR(40) NOT NULL PRIMARY KEY,
    basis VARCHAR(12) NOT NULL,
    request_no VARCHAR(32) NOT NULL,
    case_id VARCHAR(40) NOT NULL,
    sealed_record MEDIUMBLOB NOT NULL,
    verified_at_ms BIGINT NOT NULL,
    verified_by VARCHAR(80) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
