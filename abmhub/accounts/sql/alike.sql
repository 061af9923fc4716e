-- For each name the account whose name has the most trigrams in common, when they are more than half.
SELECT named.value, best.name
FROM unnest(%(names)s::text[]) AS named (value)
LEFT JOIN LATERAL (
    SELECT account.name, similarity(upper(account.name), upper(named.value)) AS likeness
    FROM accounts_account AS account
    WHERE upper(account.name) %% upper(named.value)
    ORDER BY likeness DESC, account.id
    LIMIT 1
) AS best ON best.likeness > 0.5
