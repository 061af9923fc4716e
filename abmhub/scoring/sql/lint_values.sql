-- The values that accounts have of the attributes that are asked about, the commonest first.
SELECT attribute, value
FROM (
    SELECT
        attribute, value, row_number() OVER (PARTITION BY attribute ORDER BY accounts DESC, value) AS place
    FROM ({values}) AS counted
) AS placed
WHERE place <= {most}
