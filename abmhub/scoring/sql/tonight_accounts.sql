-- Whom the night has to look at; scoring/changes.py says why.
SELECT account_id FROM tonight_noted WHERE event_id IS NULL OR is_weighed_anew
UNION
SELECT account_id FROM scoring_tieroverride WHERE released_on IS NULL
UNION
SELECT account_id FROM accounts_tierchange WHERE changed_on >= %(before)s
UNION
SELECT standing.account_id
FROM accounts_standing AS standing
LEFT JOIN signals_engagementstate AS state ON state.account_id = standing.account_id
WHERE {whose} AND {moved}
{rationed}
{stale}
{intent}
