DROP TABLE {watched}
