-- An address keeps the person it has.
WITH taken AS (
    SELECT live.row_number, live.email, other.name
    FROM live
    JOIN committee_contact AS other
        ON other.account_id = live.account_id AND lower(other.email) = live.email
        AND other.id IS DISTINCT FROM live.target_id
    WHERE live.email <> ''
), cleared AS (
    UPDATE live SET email = '' FROM taken WHERE live.row_number = taken.row_number
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'email', left(email, 200), 'The address belongs to ' || name || ', so it was left out.'
FROM taken
