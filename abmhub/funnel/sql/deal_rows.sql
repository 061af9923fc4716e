-- The deals behind a figure, newest first: those of an outcome and, where it is cut, of a key.
SELECT id, account_id
FROM ({keyed}) AS keyed
WHERE outcome = %(outcome)s AND {chosen}
ORDER BY CASE WHEN outcome = 'open' THEN engaged_on ELSE closed_on END DESC NULLS LAST, id DESC
LIMIT %(limit)s OFFSET %(offset)s
