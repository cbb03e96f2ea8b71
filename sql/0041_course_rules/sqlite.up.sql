ALTER TABLE course ADD COLUMN theory_code VARCHAR(20) NOT NULL DEFAULT '';
CREATE TABLE plan_group (
    plan_id VARCHAR(60) NOT NULL,
    option_group VARCHAR(60) NOT NULL,
    min_courses BIGINT NOT NULL DEFAULT 0,
    min_credits BIGINT NOT NULL DEFAULT 0,
    all_without VARCHAR(60) NOT NULL DEFAULT '',
    PRIMARY KEY (plan_id, option_group)
);
CREATE TABLE substitution (
    rule_id VARCHAR(40) NOT NULL,
    for_course VARCHAR(20) NOT NULL,
    by_course VARCHAR(20) NOT NULL DEFAULT '',
    mode VARCHAR(20) NOT NULL,
    is_automatic SMALLINT NOT NULL DEFAULT 0,
    min_credits BIGINT NOT NULL DEFAULT 0,
    effective_from VARCHAR(10) NOT NULL DEFAULT '',
    effective_to VARCHAR(10) NOT NULL DEFAULT '',
    confidence VARCHAR(20) NOT NULL DEFAULT '',
    PRIMARY KEY (rule_id, for_course, by_course)
);
CREATE TABLE waiver_rule (
    rule_id VARCHAR(40) NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    basis VARCHAR(40) NOT NULL,
    certificate VARCHAR(200) NOT NULL,
    study_level VARCHAR(40) NOT NULL DEFAULT '',
    evidence VARCHAR(200) NOT NULL DEFAULT '',
    effective_from VARCHAR(10) NOT NULL DEFAULT '',
    effective_to VARCHAR(10) NOT NULL DEFAULT '',
    confidence VARCHAR(20) NOT NULL DEFAULT '',
    PRIMARY KEY (rule_id, course_code)
);
