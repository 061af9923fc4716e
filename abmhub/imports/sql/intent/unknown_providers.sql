SELECT min(provider) AS name
FROM live
WHERE lower(provider) NOT IN (SELECT unnest(ARRAY[lower(name), lower(code)]) FROM signals_intentprovider)
GROUP BY lower(provider)
ORDER BY name
