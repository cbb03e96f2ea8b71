ALTER TABLE course_grant DROP COLUMN mac;
ALTER TABLE linked_number DROP COLUMN mac;
ALTER TABLE pass_record DROP COLUMN mac;
