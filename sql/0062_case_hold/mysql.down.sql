DROP TABLE case_hold;
