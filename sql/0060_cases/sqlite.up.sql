CREATE TABLE case_record (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    type VARCHAR(60) NOT NULL,
    state VARCHAR(60) NOT NULL,
    phase VARCHAR(20) NOT NULL,
    subject_id VARCHAR(80) NOT NULL,
    is_visitor SMALLINT NOT NULL,
    sitting VARCHAR(40) NOT NULL,
    office_code VARCHAR(40) NOT NULL,
    rules_hash VARCHAR(80) NOT NULL,
    rules_version VARCHAR(60) NOT NULL,
    sealed_fields BLOB NOT NULL,
    revision BIGINT NOT NULL,
    write_no BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    open_key VARCHAR(200) UNIQUE,
    subject_name VARCHAR(120) NOT NULL,
    masked_id VARCHAR(20) NOT NULL,
    id_index VARCHAR(64) NOT NULL,
    marks VARCHAR(200) NOT NULL
);
CREATE INDEX case_record_office ON case_record (office_code, phase, type, changed_at);
CREATE INDEX case_record_subject ON case_record (subject_id, type);
CREATE INDEX case_record_name ON case_record (subject_name);
CREATE INDEX case_record_number ON case_record (id_index);
CREATE TABLE case_event (
    case_id VARCHAR(40) NOT NULL,
    seq BIGINT NOT NULL,
    request_key VARCHAR(160) NOT NULL UNIQUE,
    input_digest VARCHAR(64) NOT NULL,
    actor_id VARCHAR(80) NOT NULL,
    actor_name VARCHAR(120) NOT NULL,
    actor_office VARCHAR(40) NOT NULL,
    action VARCHAR(60) NOT NULL,
    from_state VARCHAR(60) NOT NULL,
    to_state VARCHAR(60) NOT NULL,
    reason TEXT NOT NULL,
    rules_hash VARCHAR(80) NOT NULL,
    rules_version VARCHAR(60) NOT NULL,
    decision TEXT NOT NULL,
    facts_digest VARCHAR(64) NOT NULL,
    opened_account VARCHAR(40) NOT NULL,
    happened_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, seq)
);
CREATE TABLE case_review (
    case_id VARCHAR(40) NOT NULL,
    reviewer VARCHAR(40) NOT NULL,
    office_code VARCHAR(40) NOT NULL,
    case_type VARCHAR(60) NOT NULL,
    case_state VARCHAR(60) NOT NULL,
    is_open SMALLINT NOT NULL,
    decision VARCHAR(60) NOT NULL,
    since BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (case_id, reviewer)
);
CREATE INDEX case_review_queue ON case_review (is_open, reviewer, office_code, case_type, case_state, since);
CREATE TABLE case_reading (
    case_id VARCHAR(40) NOT NULL,
    field VARCHAR(60) NOT NULL,
    file_id VARCHAR(40) NOT NULL,
    state VARCHAR(20) NOT NULL,
    reason VARCHAR(60) NOT NULL,
    sealed_values BLOB NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, field)
);
CREATE TABLE case_deadline (
    case_id VARCHAR(40) NOT NULL,
    action VARCHAR(60) NOT NULL,
    due_at BIGINT NOT NULL,
    outbox_key VARCHAR(160) NOT NULL,
    PRIMARY KEY (case_id, action)
);
