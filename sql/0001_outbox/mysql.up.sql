CREATE TABLE outbox (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    kind VARCHAR(40) NOT NULL,
    payload MEDIUMTEXT NOT NULL,
    dedupe_key VARCHAR(160) UNIQUE,
    due_at_ms BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    claimed_by VARCHAR(40),
    state VARCHAR(10) NOT NULL,
    done_at_ms BIGINT,
    last_error VARCHAR(200),
    KEY outbox_due (state, due_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
