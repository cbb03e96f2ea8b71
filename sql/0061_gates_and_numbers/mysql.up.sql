CREATE TABLE case_gate (
    case_id VARCHAR(40) NOT NULL,
    session_id VARCHAR(80) NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, session_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE number_series (
    series VARCHAR(60) NOT NULL PRIMARY KEY,
    last_no BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
