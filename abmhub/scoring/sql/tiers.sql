-- The tier of every account: what the rules alone give it, what holds it elsewhere, and what it was before the day.
-- 32767 stands for no tier, below all others.
SELECT
    account_id,
    fit,
    intent,
    engagement,
    coalesce(fit, 0) + coalesce(intent, 0) + engagement AS priority,
    disqualified_by,
    stale_since_on,
    has_standing,
    earlier_tier_id,
    nullif(earned, 32767) AS earned_tier_id,
    nullif(place, 32767) AS tier_id,
    held_by,
    rule_name,
    reason,
    meets,
    CASE
        WHEN held_by = '' THEN left(reason, 300)
        ELSE left(
            CASE held_by
                WHEN 'override' THEN concat(
                    'Put in ', tier_name, coalesce((SELECT ' by ' || name FROM users_user WHERE id = override_made_by_id), ''),
                    ' through ', to_char(override_expires_on, 'FMDD FMMonth YYYY'), ': ', rtrim(override_reason, '.')
                )
                WHEN 'stale' THEN concat(
                    'Held in ', tier_name, ': its facts are stale since ', to_char(stale_since_on, 'FMDD FMMonth YYYY'),
                    ', and on stale facts no account rises'
                )
                WHEN 'band' THEN concat(
                    'Held in ', tier_name, ' by the ', CASE WHEN place > earned THEN 'promote' ELSE 'demote' END, ' band'
                )
                ELSE concat(
                    'Held in ', tier_name, ' by the minimum stay until ',
                    to_char(since_on + %(minimum_stay_days)s, 'FMDD FMMonth YYYY')
                )
            END || '. ' || reason,
            300
        )
    END AS summary
FROM (
    SELECT
        placed.*,
        CASE WHEN held_by <> '' THEN
            coalesce((SELECT name FROM accounts_tier WHERE level = place), 'no tier')
        END AS tier_name
    FROM (
        SELECT
            held.*,
            CASE held_by
                WHEN '' THEN earned
                WHEN 'override' THEN coalesce(override_tier_id, 32767)
                WHEN 'band' THEN least(banded, stood)
                ELSE stood
            END AS place
        FROM (
            SELECT
                earned.*,
                CASE
                    WHEN NOT is_eligible THEN ''
                    WHEN override_id IS NOT NULL THEN 'override'
                    WHEN is_released OR earned = stood THEN ''
                    WHEN earned < stood AND stale_since_on IS NOT NULL THEN 'stale'
                    WHEN earned < stood AND banded > earned OR earned > stood AND banded = stood THEN 'band'
                    WHEN earned > stood AND since_on + %(minimum_stay_days)s > %(as_of)s THEN 'stay'
                    ELSE ''
                END AS held_by
            FROM (
                SELECT judged.*, {banded} AS banded, {meets} AS meets, {reason} AS reason
                FROM (
                    SELECT
                        known.*,
                        coalesce(rule.tier_id, 32767) AS earned,
                        coalesce(rule.name, '') AS rule_name
                    FROM (
                        SELECT
                            *,
                            is_target AND disqualified_by = '' AS is_eligible,
                            coalesce(earlier_tier_id, 32767) AS stood,
                            CASE WHEN is_target AND disqualified_by = '' THEN {rule} END AS rule_id
                        FROM ({earlier}) AS score
                        {facts}
                        OFFSET 0
                    ) AS known
                    LEFT JOIN scoring_tierrule AS rule ON rule.id = known.rule_id
                ) AS judged
                OFFSET 0
            ) AS earned
        ) AS held
    ) AS placed
) AS decided
