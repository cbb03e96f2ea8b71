CREATE TABLE audit_entry (
    lane SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor VARCHAR(60) NOT NULL,
    act VARCHAR(60) NOT NULL,
    object VARCHAR(120) NOT NULL,
    detail TEXT NOT NULL,
    request_id VARCHAR(60) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (lane, seq)
);
CREATE INDEX audit_entry_object ON audit_entry (object, at_ms);
CREATE INDEX audit_entry_at ON audit_entry (at_ms);
CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never changed');
END;
CREATE TRIGGER audit_entry_never_goes BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never shortened');
END;
