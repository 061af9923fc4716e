-- Whether this is the only sweep that gives work to people. Held until the transaction ends, however it ends: who is
-- the least loaded is true only as long as nobody else gives.
SELECT pg_try_advisory_xact_lock(hashtextextended('work is given', 0)) AS granted
