-- For some of the new accounts the few whose names have most trigrams in common, in the same country or where one
-- of the two is unknown. Numbers in names tell them apart; they are not looked at here.
SELECT new.id AS new_id, old.id AS old_id
FROM unnest(%(accounts)s::bigint[]) AS wanted (id)
JOIN accounts_account AS new ON new.id = wanted.id
CROSS JOIN LATERAL (
    SELECT account.id
    FROM accounts_account AS account
    WHERE upper(account.name) %% upper(new.name)
        AND account.id <> new.id
        AND (account.country = new.country OR account.country = '' OR new.country = '')
    ORDER BY similarity(upper(account.name), upper(new.name)) DESC, account.id
    LIMIT %(each)s
) AS old
