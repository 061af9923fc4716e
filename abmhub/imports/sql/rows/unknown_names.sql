-- The unknown names of a field, the most frequent first.
SELECT value, count(*) AS rows
FROM staged_doubt
WHERE field = %(field)s AND value <> '' AND suggestion = ''
GROUP BY value
ORDER BY rows DESC, value
LIMIT %(limit)s
