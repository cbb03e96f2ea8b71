DROP TABLE credit_use;
DROP TABLE course_grant;
DROP TABLE linked_number;
DROP TABLE pass_record;
