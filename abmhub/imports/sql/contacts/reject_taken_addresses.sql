-- People change accounts and addresses. Where that would give an account two people of one address, now or while
-- the rows are written, none of them moves: which of the two is right is for a person to say.
UPDATE live
SET rejection = 'Somebody else of that account has the address ' || live.email || ': settle it there first.'
FROM (
    SELECT row_number, count(*) OVER (PARTITION BY account_id, lower(email)) AS rows
    FROM live
    WHERE email <> ''
) AS wanted
WHERE live.row_number = wanted.row_number
    AND live.email <> ''
    AND (
        wanted.rows > 1
        OR EXISTS (
            SELECT FROM committee_contact AS other
            WHERE other.account_id = live.account_id
                AND lower(other.email) = lower(live.email)
                AND other.id <> live.target_id
        )
    )
