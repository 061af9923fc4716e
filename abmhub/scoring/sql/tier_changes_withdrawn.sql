-- Moves that an earlier run of the same day found, and this one does not.
DELETE FROM accounts_tierchange AS change
WHERE change.changed_on = %(as_of)s
    AND change.account_id IN (SELECT account_id FROM tonight)
    AND NOT EXISTS (
        SELECT FROM tonight_move AS move
        WHERE move.account_id = change.account_id AND move.tier_id IS DISTINCT FROM move.earlier_tier_id
    )
