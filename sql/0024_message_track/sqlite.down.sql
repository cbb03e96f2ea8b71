DROP TABLE message_track;
