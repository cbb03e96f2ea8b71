ALTER TABLE case_event DROP COLUMN mac;
