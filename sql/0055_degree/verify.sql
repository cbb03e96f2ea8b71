SELECT CASE WHEN (SELECT COUNT(*) FROM degree_request) >= 0
             AND (SELECT COUNT(*) FROM degree) >= 0
            THEN 1 ELSE 0 END
