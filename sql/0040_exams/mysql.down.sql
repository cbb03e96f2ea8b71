DROP TABLE sign_up_course;
DROP TABLE sign_up;
DROP TABLE slot_course;
DROP TABLE exam_slot;
DROP TABLE sitting;
