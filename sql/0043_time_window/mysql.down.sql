DROP TABLE time_window;
