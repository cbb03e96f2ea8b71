ALTER TABLE captcha DROP COLUMN answered;
