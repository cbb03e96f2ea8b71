SELECT CASE WHEN (SELECT COUNT(*) FROM case_gate) >= 0
             AND (SELECT COUNT(*) FROM number_series) >= 0
            THEN 1 ELSE 0 END
