-- Unless the same source calls that account by another key: then they are two records with one domain.
UPDATE live
SET target_id = account.id, matched_by = 'domain'
FROM accounts_account AS account
WHERE live.target_id IS NULL
    AND account.domain = live.domain
    AND NOT (
        live.external_id <> ''
        AND EXISTS (
            SELECT FROM accounts_accountidentity AS other
            WHERE other.account_id = account.id
                AND other.source = %(source)s
                AND other.external_id !~ '^(domain|name):'
        )
    )
