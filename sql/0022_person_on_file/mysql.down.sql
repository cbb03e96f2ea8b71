DROP TABLE person_on_file;
