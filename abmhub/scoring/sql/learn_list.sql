-- The same of an attribute with several values at once, as part of the statement that learns.
UNION ALL
SELECT
    {attribute},
    said.value,
    count(*) FILTER (WHERE is_best),
    count(*) FILTER (WHERE NOT is_best),
    count(*) FILTER (WHERE is_best AND is_first_half),
    count(*) FILTER (WHERE NOT is_best AND is_first_half)
FROM compared AS account
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (lower(word)) word AS value
    FROM unnest({column} || ''::varchar) AS word
    WHERE {column} IS NOT NULL
) AS said
GROUP BY said.value
