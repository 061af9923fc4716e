DROP TABLE IF EXISTS staged, staged_doubt CASCADE
