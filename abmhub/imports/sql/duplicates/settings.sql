SELECT
    coalesce(current_setting('pg_trgm.similarity_threshold', true), '0.3') AS likeness,
    current_setting('statement_timeout') AS milliseconds
