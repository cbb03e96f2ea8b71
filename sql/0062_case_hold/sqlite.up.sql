CREATE TABLE case_hold (
    case_id VARCHAR(40) NOT NULL PRIMARY KEY,
    holder_id VARCHAR(80) NOT NULL,
    holder_name VARCHAR(120) NOT NULL,
    taken_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
