CREATE TABLE person_on_file (
    id_number_index VARCHAR(64) NOT NULL PRIMARY KEY,
    id_number MEDIUMBLOB NOT NULL,
    name VARCHAR(200) NOT NULL,
    details MEDIUMBLOB NOT NULL,
    office_code VARCHAR(40) NOT NULL,
    admission_number VARCHAR(20) UNIQUE,
    imported_at_ms BIGINT NOT NULL,
    account_id VARCHAR(40) NOT NULL DEFAULT '',
    claimed_at_ms BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
