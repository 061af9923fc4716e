INSERT INTO staged_doubt (row_number, field, value, reason, suggestion)
SELECT live.row_number, 'name', left(live.name, 200), doubt.reason, left(doubt.suggestion, 200)
FROM unnest(%(accounts)s::bigint[], %(reasons)s::text[], %(suggestions)s::text[]) AS doubt (id, reason, suggestion)
JOIN live ON live.target_id = doubt.id AND live.verdict = 'create'
