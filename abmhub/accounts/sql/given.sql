-- Who was lately given accounts that are still theirs, by one act each: all that is written at one moment is one act.
-- An account came by the last change before which it was somebody else's.
WITH came AS (
    SELECT DISTINCT ON (account.id) account.id, account.name, account.owner_id, event.pgh_created_at, event.pgh_context_id
    FROM accounts_reassignment AS event
    JOIN accounts_account AS account ON account.id = event.pgh_obj_id
    WHERE event.pgh_created_at > %(since)s
        AND account.owner_id IS NOT NULL
        AND event.owner_id IS DISTINCT FROM account.owner_id
    ORDER BY account.id, event.pgh_id DESC
)
SELECT
    came.owner_id,
    came.pgh_created_at AS given_at,
    count(*) AS accounts,
    min(came.id) AS account_id,
    min(came.name) AS name,
    min((context.metadata ->> 'user')::bigint) AS by_id,
    min(context.metadata ->> 'source') AS source
FROM came
LEFT JOIN pghistory_context AS context ON context.id = came.pgh_context_id
GROUP BY came.owner_id, came.pgh_created_at
ORDER BY came.pgh_created_at, came.owner_id
