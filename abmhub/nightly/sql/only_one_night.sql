-- Whether this is the only night. Held until the transaction ends, however it ends: a killed worker leaves nothing.
SELECT pg_try_advisory_xact_lock(hashtextextended('nightly', 0)) AS granted
