ALTER TABLE pay_order ADD COLUMN code_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pay_attempt_ended ON pay_attempt (state, expires_at_ms);
