-- Which units may not be as they were: those that were noted, those of accounts and campaigns of which something
-- changed, and those that follow from these: an account from its deals, a deal from the leads that led to it and from
-- its account, a lead from its deal and its account. What is "beside" is read for others alone.
-- The part "noted" names a relation of what was noted, "changed" selects accounts.
WITH noted AS (
    SELECT kind, key FROM {noted}
    UNION
    SELECT 'account', account_id FROM ({changed}) AS changed
    UNION
    SELECT 'account', member.account_id
    FROM {noted} AS told
    JOIN campaigns_programaccount AS member ON member.program_id = told.key
    WHERE told.kind = 'program'
    UNION
    SELECT unit.kind, unit.key
    FROM funnel_funnelunit AS unit
    WHERE unit.known_until_on IS NULL
        AND unit.campaign_key IN (SELECT key FROM {noted} WHERE kind = 'campaign')
),
changed_deal AS (
    SELECT key AS id FROM noted WHERE kind = 'deal'
    UNION
    SELECT lead.opportunity_id
    FROM noted
    JOIN pipeline_lead AS lead ON lead.id = noted.key
    WHERE noted.kind = 'lead' AND lead.opportunity_id IS NOT NULL
),
account AS (
    SELECT key AS id FROM noted WHERE kind = 'account'
    UNION
    SELECT deal.account_id
    FROM changed_deal
    JOIN pipeline_opportunity AS deal ON deal.id = changed_deal.id
    WHERE deal.account_id IS NOT NULL
),
deal AS (
    SELECT id FROM changed_deal
    UNION
    SELECT deal.id FROM account JOIN pipeline_opportunity AS deal ON deal.account_id = account.id
),
lead AS (
    SELECT key AS id FROM noted WHERE kind = 'lead'
    UNION
    SELECT lead.id FROM account JOIN pipeline_lead AS lead ON lead.account_id = account.id
    UNION
    SELECT lead.id FROM deal JOIN pipeline_lead AS lead ON lead.opportunity_id = deal.id
),
beside AS (
    SELECT known.account_id, known.opportunity_id FROM lead JOIN pipeline_lead AS known ON known.id = lead.id
)
SELECT 'account' AS kind, id AS key FROM account
UNION ALL
SELECT 'deal', id FROM deal
UNION ALL
SELECT 'lead', id FROM lead
UNION ALL
SELECT 'account beside', account_id FROM beside WHERE account_id IS NOT NULL
UNION ALL
SELECT 'deal beside', opportunity_id FROM beside WHERE opportunity_id IS NOT NULL
