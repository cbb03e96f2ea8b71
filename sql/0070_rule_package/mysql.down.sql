DROP TABLE rule_active;
DROP TABLE rule_package;
