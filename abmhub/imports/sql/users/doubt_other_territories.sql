-- A file adds to a territory and takes nobody out of one: that would hide accounts from them.
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT live.row_number, 'territory', live.territory_name, 'Works ' || string_agg(territory.name, ', ') || ' as well.'
FROM live
JOIN accounts_territory_members AS member ON member.user_id = live.target_id
JOIN accounts_territory AS territory ON territory.id = member.territory_id
WHERE live.territory_id IS NOT NULL AND territory.id <> live.territory_id
GROUP BY live.row_number, live.territory_name
