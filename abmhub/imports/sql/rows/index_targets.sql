CREATE INDEX ON staged (target_id)
