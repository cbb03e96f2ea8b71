CREATE TABLE message_track (
    message_id VARCHAR(40) NOT NULL PRIMARY KEY,
    recipient_index VARCHAR(64) NOT NULL,
    recipient_masked VARCHAR(60) NOT NULL,
    report VARCHAR(12) NOT NULL DEFAULT '',
    report_code VARCHAR(100) NOT NULL DEFAULT '',
    reported_at_ms BIGINT,
    KEY message_track_recipient (recipient_index)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
