CREATE INDEX case_review_waits ON case_review (is_open, reviewer, since, case_id, office_code, case_type, case_state);
