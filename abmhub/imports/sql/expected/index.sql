CREATE INDEX ON written (key)
