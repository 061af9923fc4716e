CREATE INDEX ON undoing ("table", key)
