DROP INDEX pay_attempt_ended ON pay_attempt;
ALTER TABLE pay_order DROP COLUMN code_ms;
