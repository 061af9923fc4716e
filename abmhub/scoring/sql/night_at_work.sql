-- Whether another connection is at the night; see nightly/only_one_night.
SELECT EXISTS (
    SELECT
    FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid::bigint << 32 | objid::bigint = hashtextextended(%(job)s, 0)
) AS is_at_work
