INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'closed_on', closed_on::text, 'Closed before it began on ' || engaged_on || '; both were kept as they came.'
FROM live
WHERE closed_on < engaged_on
