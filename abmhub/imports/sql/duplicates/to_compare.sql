-- The first new accounts whose names say enough to be compared.
SELECT target_id AS id
FROM live
WHERE verdict = 'create' AND length(normalized_name) >= %(letters)s AND normalized_name !~ '\d\d\d'
ORDER BY row_number
LIMIT %(at_most)s
