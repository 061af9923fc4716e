UPDATE staged_doubt
SET suggestion = found.suggestion
FROM unnest(%(names)s::text[], %(suggestions)s::text[]) AS found (value, suggestion)
WHERE staged_doubt.field = %(field)s AND staged_doubt.value = found.value AND staged_doubt.suggestion = ''
