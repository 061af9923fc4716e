-- The accounts of meaningful events of the relation "new".
SELECT account_id FROM {new} AS new WHERE event_type_id = ANY(%(meaningful_types)s)
