-- An address that several people of an account give is a mailbox of the house: it identifies none of them.
WITH shared AS (
    SELECT account_id, email
    FROM live
    WHERE email <> ''
    GROUP BY account_id, email
    HAVING count(*) > 1
), cleared AS (
    UPDATE live SET email = ''
    FROM shared
    WHERE live.account_id = shared.account_id AND live.email = shared.email
    RETURNING live.row_number, shared.email
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'email', left(email, 200), 'Several people of the account have this address, so it was left out.'
FROM cleared
