DROP TABLE {month}
