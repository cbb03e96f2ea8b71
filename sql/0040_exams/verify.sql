SELECT CASE WHEN (SELECT COUNT(*) FROM sitting) >= 0
             AND (SELECT COUNT(*) FROM exam_slot) >= 0
             AND (SELECT COUNT(*) FROM slot_course) >= 0
             AND (SELECT COUNT(*) FROM sign_up) >= 0
             AND (SELECT COUNT(*) FROM sign_up_course) >= 0
            THEN 1 ELSE 0 END
