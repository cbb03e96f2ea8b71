DROP INDEX case_record_changed;
