-- Keeps what the edit finds on each account that it changes, and what it leaves there. A key of %(changes)s names a
-- column, or a custom attribute as attributes.code.
INSERT INTO accounts_editedaccount (edit_id, account_id, before, after)
SELECT
    %(edit)s,
    account.id,
    jsonb_object_agg(change.key, coalesce(to_jsonb(account) #> string_to_array(change.key, '.'), 'null')),
    jsonb_object_agg(change.key, change.value)
FROM accounts_account AS account
CROSS JOIN jsonb_each(%(changes)s::jsonb) AS change
WHERE
    account.id = ANY(%(accounts)s)
    AND coalesce(to_jsonb(account) #> string_to_array(change.key, '.'), 'null') IS DISTINCT FROM change.value
GROUP BY account.id
