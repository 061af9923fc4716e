UPDATE live
SET provider_id = named.id
FROM (
    SELECT said, min(id) AS id
    FROM signals_intentprovider
    CROSS JOIN unnest(ARRAY[lower(name), lower(code)]) AS said
    GROUP BY said
) AS named
WHERE named.said = lower(live.provider)
