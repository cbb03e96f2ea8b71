SELECT COUNT(*) = 0 FROM box_message WHERE account_id = '' AND read_at_ms = -1;
SELECT COUNT(*) = 0 FROM outgoing_message WHERE state = 'none' AND tries = -1;
