CREATE TABLE account (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    kind VARCHAR(12) NOT NULL,
    login_index VARCHAR(64) NOT NULL UNIQUE,
    user_name VARCHAR(60) NOT NULL DEFAULT '',
    display_name VARCHAR(200) NOT NULL,
    password_hash VARCHAR(200) NOT NULL,
    password_set_at_ms BIGINT NOT NULL,
    state VARCHAR(12) NOT NULL,
    roles VARCHAR(400) NOT NULL DEFAULT '',
    office_code VARCHAR(40) NOT NULL DEFAULT '',
    totp_secret MEDIUMBLOB,
    totp_state VARCHAR(12) NOT NULL DEFAULT 'none',
    totp_step BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    created_by VARCHAR(60) NOT NULL,
    last_login_at_ms BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE person (
    account_id VARCHAR(40) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    id_number MEDIUMBLOB NOT NULL,
    id_number_index VARCHAR(64) NOT NULL UNIQUE,
    phone MEDIUMBLOB NOT NULL,
    phone_index VARCHAR(64) UNIQUE,
    email MEDIUMBLOB NOT NULL,
    details MEDIUMBLOB NOT NULL,
    office_code VARCHAR(40) NOT NULL,
    admission_number VARCHAR(20) UNIQUE,
    KEY person_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE login_session (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    kind VARCHAR(12) NOT NULL,
    subject_id VARCHAR(40) NOT NULL,
    begun_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    KEY login_session_subject (subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE captcha (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    answer_hash VARCHAR(64) NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    KEY captcha_expiry (expires_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE login_failure (
    account_key VARCHAR(64) NOT NULL,
    network VARCHAR(64) NOT NULL,
    failures BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    PRIMARY KEY (account_key, network)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE security_code (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    purpose VARCHAR(20) NOT NULL,
    subject_key VARCHAR(64) NOT NULL,
    session_id VARCHAR(64) NOT NULL,
    account_id VARCHAR(40) NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    state VARCHAR(12) NOT NULL,
    KEY security_code_subject (subject_key, sent_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE code_allowance (
    subject_key VARCHAR(80) NOT NULL PRIMARY KEY,
    day_text VARCHAR(10) NOT NULL,
    sent BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE password_history (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    account_id VARCHAR(40) NOT NULL,
    password_hash VARCHAR(200) NOT NULL,
    set_at_ms BIGINT NOT NULL,
    KEY password_history_account (account_id, set_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
