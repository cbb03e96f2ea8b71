SELECT CASE WHEN (SELECT COUNT(mac) FROM pass_record) >= 0
             AND (SELECT COUNT(mac) FROM linked_number) >= 0
             AND (SELECT COUNT(mac) FROM course_grant) >= 0
            THEN 1 ELSE 0 END
