SELECT COUNT(*) = 0 FROM file WHERE state = 'none' AND blob_digest = '';
