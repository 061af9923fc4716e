-- Every account that is compared, and whether it is one of the best. Half of them, by a hash of the key that
-- nothing else depends on, are enough to learn from, so that the other half can be held against it. Where there are
-- very many, a share of either side is compared: keys are multiplied, so that neighbours lie far apart (Knuth), and
-- those below a limit taken. The same accounts are always drawn, and as many of each age, source or territory as
-- there should be.
SELECT
    account.*,
    best.account_id IS NOT NULL AS is_best,
    left(md5(account.id::text), 1) < '8' AS is_first_half
FROM accounts_account AS account
LEFT JOIN ({best}) AS best ON best.account_id = account.id
WHERE
    ({territory}::bigint IS NULL OR account.territory_id = {territory})
    AND mod(mod(account.id, 2147483648) * 2654435761, 4294967296)
        < CASE WHEN best.account_id IS NULL THEN {of_rest}::bigint ELSE {of_best}::bigint END
