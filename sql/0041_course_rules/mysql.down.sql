DROP TABLE waiver_rule;
DROP TABLE substitution;
DROP TABLE plan_group;
ALTER TABLE course DROP COLUMN theory_code;
