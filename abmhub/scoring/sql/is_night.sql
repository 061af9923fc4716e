-- Whether a night is going on in this transaction, and has come to the tiers.
SELECT to_regclass('pg_temp.tonight_failed') IS NOT NULL AS is_night
