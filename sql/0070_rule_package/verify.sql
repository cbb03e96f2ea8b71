SELECT COUNT(*) = 0 FROM rule_package WHERE hash = '' AND package_id = '' AND version = '' AND source = '' AND published_by = '' AND published_at_ms = -1;
SELECT COUNT(*) = 0 FROM rule_active WHERE slot = 0 AND hash = '' AND activated_by = '' AND activated_at_ms = -1 AND revision = -1;
