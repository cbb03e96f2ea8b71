SELECT COUNT(*) = 0 FROM audit_entry WHERE lane = -1 AND seq = 0 AND hash = '';
