-- New events, and all of the types and days on which some are late, as a relation.
(
    SELECT id, account_id, contact_id, event_type_id, occurred_at FROM {new} WHERE NOT is_late
    UNION ALL
    SELECT id, account_id, contact_id, event_type_id, occurred_at FROM tonight_same_day
)
