DROP INDEX case_review_waits ON case_review;
