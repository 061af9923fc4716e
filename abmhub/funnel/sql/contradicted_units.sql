-- How many units are not as the nights know them, although no night has still to look at them.
SELECT count(*) AS units
FROM ({found}) AS found
FULL JOIN (SELECT * FROM funnel_funnelunit WHERE known_until_on IS NULL) AS kept USING (kind, key)
WHERE (
    kept.motion, kept.is_entry, kept.pool_on, kept.interest_on, kept.sql_on, kept.opportunity_on, kept.won_on,
    kept.lost_on, kept.amount, kept.account_key, kept.tier, kept.segment, kept.industry, kept.territory_key,
    kept.owner_key, kept.program_key, kept.campaign_key, kept.channel_key, kept.content_key
) IS DISTINCT FROM (
    found.motion, found.is_entry, found.pool_on, found.interest_on, found.sql_on, found.opportunity_on, found.won_on,
    found.lost_on, found.amount, found.account_key, found.tier, found.segment, found.industry, found.territory_key,
    found.owner_key, found.program_key, found.campaign_key, found.channel_key, found.content_key
) AND (kind, key) NOT IN (SELECT kind, key FROM ({look}) AS look)
