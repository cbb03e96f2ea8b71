CREATE TABLE box_message (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    account_id VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    case_id VARCHAR(40) NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    read_at_ms BIGINT,
    KEY box_message_account (account_id, sent_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE outgoing_message (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    channel VARCHAR(10) NOT NULL,
    template_key VARCHAR(60) NOT NULL,
    state VARCHAR(10) NOT NULL,
    tries INTEGER NOT NULL,
    begun_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT,
    provider_id VARCHAR(100),
    error VARCHAR(100)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
