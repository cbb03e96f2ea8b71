DROP INDEX case_review_waits;
