-- The people of the accounts that the night counts anew, as a relation; each account looks up its own.
(
    SELECT person.*
    FROM tonight_counted AS counted
    CROSS JOIN LATERAL (
        SELECT id, account_id, buying_role_id, opted_out_at, email, phone
        FROM committee_contact AS known
        WHERE known.account_id = counted.account_id
        OFFSET 0
    ) AS person
)
