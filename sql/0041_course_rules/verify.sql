SELECT CASE WHEN (SELECT COUNT(theory_code) FROM course) >= 0
             AND (SELECT COUNT(*) FROM plan_group) >= 0
             AND (SELECT COUNT(*) FROM substitution) >= 0
             AND (SELECT COUNT(*) FROM waiver_rule) >= 0
            THEN 1 ELSE 0 END
