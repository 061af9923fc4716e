-- What the night found, written only where it differs from what stands there: what follows from the rest, the earlier
-- priority and the days since, is not compared.
UPDATE accounts_standing AS standing SET
    tier_id = tonight.tier_id,
    earned_tier_id = tonight.earned_tier_id,
    held_by = tonight.held_by,
    fit = tonight.fit,
    intent = tonight.intent,
    engagement = tonight.engagement,
    priority = tonight.priority,
    previous_priority = CASE
        WHEN standing.computed_on IS NULL THEN tonight.priority
        WHEN tonight.priority = standing.priority OR standing.priority_since_on = %(as_of)s
            THEN standing.previous_priority
        ELSE standing.priority
    END,
    priority_since_on = CASE
        WHEN standing.computed_on IS NULL OR tonight.priority <> standing.priority THEN %(as_of)s
        ELSE standing.priority_since_on
    END,
    tier_since_on = CASE
        WHEN tonight.tier_id IS NOT DISTINCT FROM standing.tier_id THEN standing.tier_since_on
        WHEN tonight.tier_id IS DISTINCT FROM tonight.earlier_tier_id THEN %(as_of)s
        ELSE (
            SELECT max(earlier.changed_on) FROM accounts_tierchange AS earlier
            WHERE earlier.account_id = tonight.account_id AND earlier.changed_on < %(as_of)s
        )
    END,
    rule_name = tonight.rule_name,
    summary = tonight.summary,
    disqualified_by = tonight.disqualified_by,
    stale_since_on = tonight.stale_since_on,
    computed_on = %(as_of)s
FROM tonight
WHERE standing.account_id = tonight.account_id
    AND (
        standing.computed_on IS NULL
        OR (
            standing.engagement, standing.priority, standing.summary, standing.tier_id, standing.earned_tier_id,
            standing.held_by, standing.fit, standing.intent, standing.rule_name, standing.disqualified_by,
            standing.stale_since_on
        ) IS DISTINCT FROM (
            tonight.engagement, tonight.priority, tonight.summary, tonight.tier_id, tonight.earned_tier_id,
            tonight.held_by, tonight.fit, tonight.intent, tonight.rule_name, tonight.disqualified_by,
            tonight.stale_since_on
        )
    )
