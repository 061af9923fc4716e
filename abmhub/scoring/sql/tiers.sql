-- The tier of every account by the rules in force, the rule and the reason, and the tier it had before the day.
SELECT
    reasoned.account_id,
    reasoned.fit,
    reasoned.intent,
    reasoned.engagement,
    reasoned.disqualified_by,
    reasoned.stale_since_on,
    reasoned.summary,
    coalesce(reasoned.fit, 0) + coalesce(reasoned.intent, 0) + reasoned.engagement AS priority,
    rule.tier_id,
    rule.tier_id AS earned_tier_id,
    '' AS held_by,
    coalesce(rule.name, '') AS rule_name,
    CASE WHEN today.id IS NULL THEN standing.tier_id ELSE today.from_tier_id END AS earlier_tier_id
FROM (
    SELECT judged.*, left({summary}, 300) AS summary
    FROM (
        SELECT *, CASE WHEN is_target AND disqualified_by = '' THEN {rule} END AS rule_id
        FROM tonight_score AS score
        {attributes}
    ) AS judged
) AS reasoned
LEFT JOIN scoring_tierrule AS rule ON rule.id = reasoned.rule_id
LEFT JOIN accounts_standing AS standing ON standing.account_id = reasoned.account_id
LEFT JOIN accounts_tierchange AS today
    ON today.account_id = reasoned.account_id AND today.changed_on = %(as_of)s
