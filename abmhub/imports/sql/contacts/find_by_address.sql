-- A row that names no account is about whoever has the address, if that is one person; where they are goes before
-- what the domain of the address would say.
UPDATE live
SET account_id = known.account_id
FROM (
    SELECT lower(person.email) AS email, min(person.account_id) AS account_id
    FROM committee_contact AS person
    WHERE person.email <> ''
    GROUP BY lower(person.email)
    HAVING count(*) = 1
) AS known
WHERE live.target_id IS NULL
    AND live.email = known.email
    AND (
        live.account_is_guessed
        OR live.account_id IS NULL AND live.account_name || live.account_external_id || live.account_domain = ''
    )
