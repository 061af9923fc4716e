-- The units as numbers alone, none of them NULL, so that each row has the same length: a day is its number from
-- 0001-01-01 on, which is 1, and what never came has the last number; money is in cents; a word is its place. The part
-- "which" is a condition on units.
SELECT
    unit.id,
    coalesce(unit.account_key, -1) AS account,
    coalesce((100 * unit.amount)::bigint, 0) AS cents,
    unit.known_from_on - date '0001-01-01' + 1 AS known_from,
    coalesce(unit.known_until_on - date '0001-01-01' + 1, {never}) AS known_until,
    coalesce(unit.pool_on - date '0001-01-01' + 1, {never}) AS pool,
    coalesce(unit.interest_on - date '0001-01-01' + 1, {never}) AS interest,
    coalesce(unit.sql_on - date '0001-01-01' + 1, {never}) AS sql,
    coalesce(unit.opportunity_on - date '0001-01-01' + 1, {never}) AS opportunity,
    coalesce(unit.won_on - date '0001-01-01' + 1, {never}) AS won,
    unit.is_entry,
    unit.kind = 'deal' AS is_deal,
    unit.began_by = 'rules' AS began_by_rules,
    unit.ended_by = 'rules' AS ended_by_rules,
    array_position({motions}, unit.motion::text)::bigint - 1 AS motion,
    coalesce(unit.channel_key, -1) AS channel,
    coalesce(unit.campaign_key, -1) AS campaign,
    coalesce(unit.content_key, -1) AS content,
    coalesce(unit.tier, -1)::bigint AS tier,
    coalesce(unit.program_key, -1) AS program,
    coalesce(segment.place - 1, -1) AS segment,
    coalesce(industry.place - 1, -1) AS industry,
    coalesce(unit.territory_key, -1) AS territory,
    coalesce(unit.owner_key, -1) AS owner
FROM funnel_funnelunit AS unit
LEFT JOIN unnest({segments}) WITH ORDINALITY AS segment (word, place) ON segment.word = unit.segment
LEFT JOIN unnest({industries}) WITH ORDINALITY AS industry (word, place) ON industry.word = unit.industry
WHERE {which}
