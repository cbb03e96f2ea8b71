DROP TABLE password_history;
DROP TABLE code_allowance;
DROP TABLE security_code;
DROP TABLE login_failure;
DROP TABLE captcha;
DROP TABLE login_session;
DROP TABLE person;
DROP TABLE account;
