DROP TABLE degree;
DROP TABLE degree_request;
