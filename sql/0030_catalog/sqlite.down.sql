DROP TABLE catalog_version;
DROP TABLE major;
DROP TABLE plan_course;
DROP TABLE course;
DROP TABLE office;
DROP TABLE code_item;
