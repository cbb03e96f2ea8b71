SELECT CASE WHEN (SELECT COUNT(*) FROM account) >= 0
             AND (SELECT COUNT(*) FROM person) >= 0
             AND (SELECT COUNT(*) FROM login_session) >= 0
             AND (SELECT COUNT(*) FROM captcha) >= 0
             AND (SELECT COUNT(*) FROM login_failure) >= 0
             AND (SELECT COUNT(*) FROM security_code) >= 0
             AND (SELECT COUNT(*) FROM code_allowance) >= 0
             AND (SELECT COUNT(*) FROM password_history) >= 0
            THEN 1 ELSE 0 END
