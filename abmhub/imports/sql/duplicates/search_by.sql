-- How alike names must be to be found by trigrams, and how long one search may take; until the transaction ends.
SELECT
    set_config('pg_trgm.similarity_threshold', %(likeness)s, true),
    set_config('statement_timeout', %(milliseconds)s, true)
