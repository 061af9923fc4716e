-- The rows that are still to be taken in: neither rejected nor skipped.
CREATE TEMPORARY VIEW live AS SELECT * FROM staged WHERE rejection = '' AND skip = ''
