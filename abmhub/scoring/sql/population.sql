-- Every account that is compared, and whether it is one of the best. Half of them, by a hash of the key that
-- nothing else depends on, are enough to learn from, so that the other half can be held against it.
SELECT
    account.*,
    best.account_id IS NOT NULL AS is_best,
    left(md5(account.id::text), 1) < '8' AS is_first_half
FROM accounts_account AS account
LEFT JOIN ({best}) AS best ON best.account_id = account.id
WHERE {territory}::bigint IS NULL OR account.territory_id = {territory}
