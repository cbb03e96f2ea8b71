CREATE TABLE audit_entry (
    lane SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor VARCHAR(60) NOT NULL,
    act VARCHAR(60) NOT NULL,
    object VARCHAR(120) NOT NULL,
    detail MEDIUMTEXT NOT NULL,
    request_id VARCHAR(60) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (lane, seq),
    KEY audit_entry_object (object, at_ms),
    KEY audit_entry_at (at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_entry
    FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit trail is never changed';
CREATE TRIGGER audit_entry_never_goes BEFORE DELETE ON audit_entry
    FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit trail is never shortened';
