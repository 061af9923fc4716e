UPDATE staged_doubt
SET suggestion = %(suggestion)s
WHERE field = %(field)s AND value = %(value)s AND suggestion = ''
