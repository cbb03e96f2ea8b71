SELECT COUNT(*) = 0 FROM outbox WHERE state = 'none';
