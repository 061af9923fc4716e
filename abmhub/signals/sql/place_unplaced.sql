-- Give accounts what waits for their domains. The database does so whenever an account appears or changes its domain;
-- this finds what came in at the same moment.
SELECT signals_place(array_agg(id)) AS placed
FROM (
    SELECT account.id
    FROM accounts_account AS account
    JOIN (SELECT DISTINCT domain FROM signals_unplacedevent) AS waiting USING (domain)
    UNION
    SELECT account.id
    FROM accounts_account AS account
    JOIN (SELECT DISTINCT domain FROM signals_unplacedobservation) AS waiting USING (domain)
) AS account
HAVING count(*) > 0
