DROP TABLE case_deadline;
DROP TABLE case_reading;
DROP TABLE case_review;
DROP TABLE case_event;
DROP TABLE case_record;
