-- Whether this is the only sweep of its kind. Held until the transaction ends, however it ends: who is the least loaded,
-- and who was told what, is true only as long as nobody else gives or tells.
SELECT pg_try_advisory_xact_lock(hashtextextended('sweep ' || %(kind)s, 0)) AS granted
