DROP INDEX pay_attempt_ended;
ALTER TABLE pay_order DROP COLUMN code_ms;
