-- Moves that an earlier run of the same day found, and this one does not.
DELETE FROM accounts_tierchange AS change
USING tonight
WHERE change.account_id = tonight.account_id
    AND change.changed_on = %(as_of)s
    AND tonight.tier_id IS NOT DISTINCT FROM tonight.earlier_tier_id
