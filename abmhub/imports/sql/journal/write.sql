-- The statement writes, and each row that it changed is kept.
WITH done AS (
    {statement}
    RETURNING WITH (OLD AS was, NEW AS made)
        coalesce(made.{key}, was.{key}) AS key,
        {before} AS before,
        {after} AS after,
        {fingerprint} AS fingerprint
)
INSERT INTO written ("table", key, before, after, fingerprint)
SELECT {table}, key, before, after, fingerprint
FROM done
WHERE fingerprint IS NOT NULL OR before IS DISTINCT FROM after
