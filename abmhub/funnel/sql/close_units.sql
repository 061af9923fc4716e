-- What tonight knows otherwise, or not at all, is known so until tonight. What this very night had written for the same
-- cause never was reported: it goes. The part "among" is a condition on the units that tonight looked for.
WITH changed AS (
    SELECT unit.id, unit.known_from_on = %(on)s AND unit.began_by = %(cause)s AS is_fresh
    FROM funnel_funnelunit AS unit
    LEFT JOIN tonight_unit AS tonight ON tonight.kind = unit.kind AND tonight.key = unit.key
    WHERE unit.known_until_on IS NULL AND {among} AND (
        unit.motion, unit.is_entry, unit.pool_on, unit.interest_on, unit.sql_on, unit.opportunity_on, unit.won_on,
        unit.lost_on, unit.amount, unit.account_key, unit.tier, unit.segment, unit.industry, unit.territory_key,
        unit.owner_key, unit.program_key, unit.campaign_key, unit.channel_key, unit.content_key
    ) IS DISTINCT FROM (
        tonight.motion, tonight.is_entry, tonight.pool_on, tonight.interest_on, tonight.sql_on,
        tonight.opportunity_on, tonight.won_on, tonight.lost_on, tonight.amount, tonight.account_key, tonight.tier,
        tonight.segment, tonight.industry, tonight.territory_key, tonight.owner_key, tonight.program_key,
        tonight.campaign_key, tonight.channel_key, tonight.content_key
    )
),
dropped AS (
    DELETE FROM funnel_funnelunit AS unit USING changed WHERE unit.id = changed.id AND changed.is_fresh
)
UPDATE funnel_funnelunit AS unit
SET known_until_on = %(on)s, ended_by = %(cause)s
FROM changed
WHERE unit.id = changed.id AND NOT changed.is_fresh
