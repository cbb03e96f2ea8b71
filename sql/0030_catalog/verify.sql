SELECT CASE WHEN (SELECT COUNT(*) FROM catalog_version WHERE id = 1) = 1
             AND (SELECT COUNT(*) FROM code_item) >= 0
             AND (SELECT COUNT(*) FROM office) >= 0
             AND (SELECT COUNT(*) FROM course) >= 0
             AND (SELECT COUNT(*) FROM plan_course) >= 0
             AND (SELECT COUNT(*) FROM major) >= 0
            THEN 1 ELSE 0 END
