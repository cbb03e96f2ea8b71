CREATE TABLE rule_package (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    package_id VARCHAR(40) NOT NULL,
    version VARCHAR(40) NOT NULL,
    source TEXT NOT NULL,
    published_by VARCHAR(40) NOT NULL,
    published_at_ms BIGINT NOT NULL
);
CREATE TABLE rule_active (
    slot SMALLINT NOT NULL PRIMARY KEY,
    hash VARCHAR(64) NOT NULL,
    activated_by VARCHAR(40) NOT NULL,
    activated_at_ms BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    CHECK (slot = 1)
);
