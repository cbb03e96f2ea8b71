CREATE TABLE sitting (
    code VARCHAR(40) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    signup_opens BIGINT NOT NULL,
    signup_closes BIGINT NOT NULL,
    pay_until BIGINT NOT NULL,
    state VARCHAR(20) NOT NULL,
    revision BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE exam_slot (
    sitting VARCHAR(40) NOT NULL,
    slot_no BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (sitting, slot_no)
);
CREATE TABLE slot_course (
    sitting VARCHAR(40) NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    slot_no BIGINT NOT NULL,
    PRIMARY KEY (sitting, course_code)
);
CREATE TABLE sign_up (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    sitting VARCHAR(40) NOT NULL,
    candidate_id VARCHAR(40) NOT NULL,
    case_id VARCHAR(40) NOT NULL UNIQUE,
    major_code VARCHAR(20) NOT NULL,
    district_code VARCHAR(40) NOT NULL DEFAULT '',
    site_code VARCHAR(40) NOT NULL DEFAULT '',
    state VARCHAR(20) NOT NULL,
    live_key VARCHAR(90) UNIQUE
);
CREATE INDEX sign_up_candidate ON sign_up (candidate_id, sitting);
CREATE TABLE sign_up_course (
    sign_up_id VARCHAR(40) NOT NULL,
    slot_no BIGINT NOT NULL,
    course_code VARCHAR(20) NOT NULL,
    PRIMARY KEY (sign_up_id, slot_no),
    UNIQUE (sign_up_id, course_code)
);
