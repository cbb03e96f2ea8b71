CREATE TABLE code_item (
    list_name VARCHAR(40) NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    parent VARCHAR(40) NOT NULL DEFAULT '',
    sort_no BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (list_name, code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE office (
    code VARCHAR(40) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    office_level VARCHAR(20) NOT NULL,
    parent VARCHAR(40) NOT NULL DEFAULT '',
    phone VARCHAR(60) NOT NULL DEFAULT '',
    address VARCHAR(300) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE course (
    code VARCHAR(20) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    exam_mode VARCHAR(40) NOT NULL DEFAULT '',
    credits BIGINT,
    confidence VARCHAR(20) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE plan_course (
    plan_id VARCHAR(60) NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    requirement VARCHAR(40) NOT NULL DEFAULT '',
    option_group VARCHAR(60) NOT NULL DEFAULT '',
    seq BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (plan_id, course_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE major (
    code VARCHAR(20) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    study_level VARCHAR(40) NOT NULL DEFAULT '',
    school_code VARCHAR(20) NOT NULL DEFAULT '',
    school_name VARCHAR(200) NOT NULL DEFAULT '',
    plan_id VARCHAR(60) NOT NULL DEFAULT '',
    is_special SMALLINT NOT NULL DEFAULT 0,
    is_open SMALLINT NOT NULL DEFAULT 1,
    min_courses BIGINT NOT NULL DEFAULT 0,
    min_credits BIGINT NOT NULL DEFAULT 0,
    confidence VARCHAR(20) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE catalog_version (
    id SMALLINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO catalog_version (id, version) VALUES (1, 0);
