DELETE FROM imports_importchange AS change
USING imports_importrun AS run
WHERE run.id = change.run_id AND run.finished_at < %(before)s
