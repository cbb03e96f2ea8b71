SELECT CASE WHEN (SELECT COUNT(*) FROM pass_record) >= 0
             AND (SELECT COUNT(*) FROM linked_number) >= 0
             AND (SELECT COUNT(*) FROM course_grant) >= 0
             AND (SELECT COUNT(*) FROM credit_use) >= 0
            THEN 1 ELSE 0 END
