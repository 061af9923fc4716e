-- An account keeps the domain it has, and a domain keeps the account it has.
WITH taken AS (
    SELECT live.row_number, live.domain, CASE WHEN mine.domain <> live.domain THEN mine.domain END AS kept, other.name
    FROM live
    LEFT JOIN accounts_account AS mine ON mine.id = live.target_id
    LEFT JOIN accounts_account AS other ON other.domain = live.domain AND other.id IS DISTINCT FROM live.target_id
    WHERE live.domain IS NOT NULL AND (other.id IS NOT NULL OR mine.domain <> live.domain)
), cleared AS (
    UPDATE live SET domain = NULL FROM taken WHERE live.row_number = taken.row_number
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    row_number, 'domain', domain,
    CASE
        WHEN name IS NOT NULL THEN 'The domain belongs to the account “' || left(name, 150) || '”.'
        ELSE 'The account is known by the domain ' || kept || ', which was kept.'
    END
FROM taken
