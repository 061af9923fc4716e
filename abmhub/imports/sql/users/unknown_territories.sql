SELECT min(territory_name) AS name
FROM live
WHERE territory_name <> '' AND lower(territory_name) NOT IN (SELECT lower(name) FROM accounts_territory)
GROUP BY lower(territory_name)
ORDER BY name
