-- What tonight knows and no row does yet.
INSERT INTO funnel_funnelunit (
    known_from_on, began_by, ended_by, kind, key,
    motion, is_entry, pool_on, interest_on, sql_on, opportunity_on, won_on, lost_on, amount, account_key, tier,
    segment, industry, territory_key, owner_key, program_key, campaign_key, channel_key, content_key
)
SELECT
    %(on)s, %(cause)s, '', tonight.kind, tonight.key,
    tonight.motion, tonight.is_entry, tonight.pool_on, tonight.interest_on, tonight.sql_on, tonight.opportunity_on,
    tonight.won_on, tonight.lost_on, tonight.amount, tonight.account_key, tonight.tier, tonight.segment,
    tonight.industry, tonight.territory_key, tonight.owner_key, tonight.program_key, tonight.campaign_key,
    tonight.channel_key, tonight.content_key
FROM tonight_unit AS tonight
LEFT JOIN funnel_funnelunit AS unit
    ON unit.kind = tonight.kind AND unit.key = tonight.key AND unit.known_until_on IS NULL
WHERE unit.id IS NULL
