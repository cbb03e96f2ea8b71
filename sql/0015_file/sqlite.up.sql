CREATE TABLE file (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    case_id VARCHAR(40) NOT NULL,
    field VARCHAR(60) NOT NULL,
    owner_id VARCHAR(40) NOT NULL,
    type VARCHAR(8) NOT NULL,
    size_bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    inspection TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    uploaded_at_ms BIGINT NOT NULL,
    removed_at_ms BIGINT,
    blob_bytes BIGINT NOT NULL,
    blob_digest VARCHAR(64) NOT NULL
);
CREATE INDEX file_case ON file (case_id, field);
