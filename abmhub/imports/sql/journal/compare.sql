INSERT INTO written ("table", key, before, after, fingerprint)
SELECT {name}, coalesce(made.{key}, was.{key}), {before}, {after}, {fingerprint}
FROM {watched} AS was
FULL JOIN {table} AS made ON made.{key} = was.{key}
WHERE was IS DISTINCT FROM made
