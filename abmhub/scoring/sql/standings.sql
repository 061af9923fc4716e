-- What the night found, written only where it differs from what stands there.
UPDATE accounts_standing AS standing SET
    tier_id = found.tier_id,
    earned_tier_id = found.earned_tier_id,
    held_by = found.held_by,
    fit = found.fit,
    intent = found.intent,
    engagement = found.engagement,
    priority = found.priority,
    previous_priority = found.previous_priority,
    priority_since_on = found.priority_since_on,
    tier_since_on = found.tier_since_on,
    rule_name = found.rule_name,
    summary = found.summary,
    disqualified_by = found.disqualified_by,
    stale_since_on = found.stale_since_on,
    computed_on = %(as_of)s
FROM (
    SELECT
        tonight.*,
        CASE
            WHEN standing.computed_on IS NULL THEN tonight.priority
            WHEN tonight.priority = standing.priority OR standing.priority_since_on = %(as_of)s
                THEN standing.previous_priority
            ELSE standing.priority
        END AS previous_priority,
        CASE
            WHEN standing.computed_on IS NULL OR tonight.priority <> standing.priority THEN %(as_of)s
            ELSE standing.priority_since_on
        END AS priority_since_on,
        CASE
            WHEN tonight.tier_id IS NOT DISTINCT FROM standing.tier_id THEN standing.tier_since_on
            WHEN tonight.tier_id IS DISTINCT FROM tonight.earlier_tier_id THEN %(as_of)s
            ELSE (
                SELECT max(earlier.changed_on) FROM accounts_tierchange AS earlier
                WHERE earlier.account_id = tonight.account_id AND earlier.changed_on < %(as_of)s
            )
        END AS tier_since_on
    FROM tonight
    JOIN accounts_standing AS standing USING (account_id)
) AS found
WHERE standing.account_id = found.account_id
    AND (
        standing.tier_id, standing.earned_tier_id, standing.held_by, standing.fit, standing.intent, standing.engagement,
        standing.priority, standing.previous_priority, standing.priority_since_on, standing.tier_since_on, standing.rule_name, standing.summary,
        standing.disqualified_by, standing.stale_since_on
    ) IS DISTINCT FROM (
        found.tier_id, found.earned_tier_id, found.held_by, found.fit, found.intent, found.engagement,
        found.priority, found.previous_priority, found.priority_since_on, found.tier_since_on, found.rule_name, found.summary,
        found.disqualified_by, found.stale_since_on
    )
