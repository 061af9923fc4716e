-- By the key of the source; then by an email that one person has, at the account that the row names if it names one.
-- An account that was only guessed from the email gives way to the one where the person is.
WITH candidate AS (
    SELECT live.row_number, person.id, person.account_id, 1 AS rank
    FROM live
    JOIN committee_contact AS person
        ON person.source = %(source)s AND person.external_id = live.contact_external_id
        AND live.contact_external_id <> ''
    UNION ALL
    SELECT
        live.row_number, person.id, person.account_id,
        CASE WHEN person.account_id = live.account_id THEN 2 ELSE 3 END
    FROM live
    JOIN committee_contact AS person ON lower(person.email) = live.email AND live.email <> ''
    WHERE live.account_id IS NULL OR live.account_is_guessed OR person.account_id = live.account_id
), ranked AS (
    SELECT *, min(rank) OVER (PARTITION BY row_number) AS best_rank FROM candidate
), best AS (
    SELECT row_number, min(id) AS id, min(account_id) AS account_id, count(*) AS people
    FROM ranked
    WHERE rank = best_rank
    GROUP BY row_number
)
UPDATE live
SET contact_id = best.id, account_id = best.account_id
FROM best
WHERE live.row_number = best.row_number AND best.people = 1
