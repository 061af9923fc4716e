-- By name or email; two people of one name are nobody.
WITH found AS (
    SELECT live.owner_name, min(person.id) AS id, count(*) AS people
    FROM (SELECT DISTINCT owner_name FROM live WHERE owner_name <> '') AS live
    JOIN users_user AS person
        ON lower(person.name) = lower(live.owner_name) OR lower(person.email) = lower(live.owner_name)
        OR (person.source = %(source)s AND person.external_id = live.owner_name)
    GROUP BY live.owner_name
), matched AS (
    UPDATE live SET owner_id = found.id FROM found
    WHERE live.owner_name = found.owner_name AND found.people = 1
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    live.row_number, 'owner', live.owner_name,
    CASE WHEN found.people > 1 THEN 'Several people have this name.' ELSE 'Nobody has this name.' END
FROM live
LEFT JOIN found USING (owner_name)
WHERE live.owner_name <> '' AND coalesce(found.people, 0) <> 1
