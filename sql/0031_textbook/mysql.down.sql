ALTER TABLE course DROP COLUMN textbook;
