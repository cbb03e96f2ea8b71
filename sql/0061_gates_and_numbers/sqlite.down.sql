DROP TABLE number_series;
DROP TABLE case_gate;
