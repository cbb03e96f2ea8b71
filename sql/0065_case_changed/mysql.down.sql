DROP INDEX case_record_changed ON case_record;
