-- The accounts of an edit on which something is not as the edit left it, or that would get back somebody who is gone.
SELECT account.id, account.name
FROM accounts_editedaccount AS edited
JOIN accounts_account AS account ON account.id = edited.account_id
WHERE
    edited.edit_id = %(edit)s
    AND edited.undone_at IS NULL
    AND (
        EXISTS (
            SELECT FROM jsonb_each(edited.after) AS remained
            WHERE
                coalesce(to_jsonb(account) #> string_to_array(remained.key, '.'), 'null')
                IS DISTINCT FROM remained.value
        )
        OR NOT EXISTS (SELECT FROM users_user WHERE id = (edited.before ->> 'owner_id')::bigint)
            AND edited.before ->> 'owner_id' IS NOT NULL
        OR NOT EXISTS (SELECT FROM accounts_territory WHERE id = (edited.before ->> 'territory_id')::bigint)
            AND edited.before ->> 'territory_id' IS NOT NULL
    )
ORDER BY account.normalized_name, account.id
