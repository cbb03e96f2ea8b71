CREATE INDEX case_record_changed ON case_record (changed_at, id, phase, office_code, type);
