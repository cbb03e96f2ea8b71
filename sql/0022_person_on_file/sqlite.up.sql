CREATE TABLE person_on_file (
    id_number_index VARCHAR(64) NOT NULL PRIMARY KEY,
    id_number BLOB NOT NULL,
    name VARCHAR(200) NOT NULL,
    details BLOB NOT NULL,
    office_code VARCHAR(40) NOT NULL,
    admission_number VARCHAR(20) UNIQUE,
    imported_at_ms BIGINT NOT NULL,
    account_id VARCHAR(40) NOT NULL DEFAULT '',
    claimed_at_ms BIGINT
);
