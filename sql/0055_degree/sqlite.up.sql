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
    sealed_records BLOB NOT NULL,
    live_key VARCHAR(40) UNIQUE,
    UNIQUE (account_id, operation_id)
);
CREATE INDEX degree_request_due ON degree_request (state, next_poll_ms);
CREATE INDEX degree_request_newest ON degree_request (account_id, created_at_ms);
CREATE TABLE degree (
    account_id VARCHAR(40) NOT NULL PRIMARY KEY,
    basis VARCHAR(12) NOT NULL,
    request_no VARCHAR(32) NOT NULL,
    case_id VARCHAR(40) NOT NULL,
    sealed_record BLOB NOT NULL,
    verified_at_ms BIGINT NOT NULL,
    verified_by VARCHAR(80) NOT NULL
);
