SELECT COUNT(*) = 0 FROM outbox WHERE state = 'none' AND claimed_by = '' AND dedupe_key = '';
