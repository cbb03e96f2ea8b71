DROP TABLE outgoing_message;
DROP TABLE box_message;
