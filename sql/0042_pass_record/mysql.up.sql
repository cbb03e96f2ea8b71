CREATE TABLE pass_record (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    admission_number VARCHAR(20) NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    score BIGINT,
    grade VARCHAR(20) NOT NULL DEFAULT '',
    passed_on VARCHAR(10) NOT NULL,
    source VARCHAR(20) NOT NULL,
    origin VARCHAR(100) NOT NULL DEFAULT '',
    moved_on VARCHAR(10) NOT NULL DEFAULT '',
    evidence VARCHAR(200) NOT NULL DEFAULT '',
    recorded_by VARCHAR(80) NOT NULL,
    recorded_at BIGINT NOT NULL,
    UNIQUE (admission_number, course_code, passed_on)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE linked_number (
    admission_number VARCHAR(20) NOT NULL PRIMARY KEY,
    account_id VARCHAR(40) NOT NULL,
    kind VARCHAR(40) NOT NULL DEFAULT '',
    case_id VARCHAR(40) NOT NULL,
    linked_by VARCHAR(80) NOT NULL,
    linked_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX linked_number_account ON linked_number (account_id);
CREATE TABLE course_grant (
    account_id VARCHAR(40) NOT NULL,
    plan_id VARCHAR(60) NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    rule_id VARCHAR(40) NOT NULL,
    with_courses VARCHAR(400) NOT NULL DEFAULT '',
    case_id VARCHAR(40) NOT NULL,
    granted_by VARCHAR(80) NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, plan_id, course_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE credit_use (
    account_id VARCHAR(40) NOT NULL,
    plan_id VARCHAR(60) NOT NULL,
    used_course VARCHAR(20) NOT NULL,
    rule_id VARCHAR(40) NOT NULL,
    is_shared SMALLINT NOT NULL,
    times BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (account_id, plan_id, used_course)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
