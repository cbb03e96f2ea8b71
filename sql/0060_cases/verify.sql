SELECT CASE WHEN (SELECT COUNT(*) FROM case_record) >= 0
             AND (SELECT COUNT(*) FROM case_event) >= 0
             AND (SELECT COUNT(*) FROM case_review) >= 0
             AND (SELECT COUNT(*) FROM case_reading) >= 0
             AND (SELECT COUNT(*) FROM case_deadline) >= 0
            THEN 1 ELSE 0 END
