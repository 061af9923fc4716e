-- Accounts that cannot be computed tonight.
SELECT unnest(%(accounts)s::bigint[]) AS account_id
