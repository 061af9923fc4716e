UPDATE live
SET territory_id = territory.id
FROM accounts_territory AS territory
WHERE lower(territory.name) = lower(live.territory_name)
