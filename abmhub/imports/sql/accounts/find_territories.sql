WITH matched AS (
    UPDATE live SET territory_id = territory.id
    FROM accounts_territory AS territory
    WHERE lower(territory.name) = lower(live.territory_name)
    RETURNING live.row_number
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'territory', territory_name, 'There is no territory of this name.'
FROM live
WHERE territory_name <> '' AND row_number NOT IN (SELECT row_number FROM matched)
