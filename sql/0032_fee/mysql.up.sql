-- What the authority charges, by day (XZ-PAY-20). Filled by import; both bounds are inclusive, an empty one is open.
CREATE TABLE fee (
    id VARCHAR(40) NOT NULL,
    name VARCHAR(60) NOT NULL,
    amount_fen BIGINT NOT NULL,
    effective_from VARCHAR(10) NOT NULL DEFAULT '',
    effective_to VARCHAR(10) NOT NULL DEFAULT '',
    PRIMARY KEY (id, effective_from)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
