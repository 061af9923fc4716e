UPDATE staged
SET skip = %(reason)s, cells = '', name = '', title = '', phone = '', external_id = '', merged_keys = '{}'
WHERE row_number = ANY (%(rows)s::int[])
