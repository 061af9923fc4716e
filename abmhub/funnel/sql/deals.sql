-- The deals as they were on a day: those that had begun, and whether they were open, won or lost by then.
-- A deal that says neither when it began nor when it ended counts on every day.
-- It had been an opportunity if it ever stood in a stage that counts as one. Of a lost deal the history tells;
-- without any, the stage it was lost in. Money in another than the business currency is not known.
SELECT
    opportunity.id,
    opportunity.account_id,
    opportunity.account_name,
    opportunity.product_id,
    opportunity.product_name,
    opportunity.owner_id,
    opportunity.owner_name,
    opportunity.territory_id,
    opportunity.campaign_id,
    opportunity.motion,
    opportunity.engaged_on,
    opportunity.closed_on,
    CASE WHEN opportunity.currency = %(currency)s THEN opportunity.amount END AS amount,
    CASE WHEN day.is_closed THEN last_stage.kind ELSE 'open' END AS outcome,
    CASE WHEN day.is_closed OR last_stage.kind = 'open' THEN last_stage.id ELSE past.open_stage_id END AS stage_id,
    CASE
        WHEN past.was_qualified THEN TRUE
        WHEN day.is_closed AND last_stage.kind = 'lost' AND past.was_open THEN FALSE
        ELSE last_stage.is_qualified
    END AS was_opportunity
FROM pipeline_opportunity AS opportunity
JOIN pipeline_stage AS last_stage ON last_stage.id = opportunity.stage_id
CROSS JOIN LATERAL (
    SELECT last_stage.kind <> 'open' AND coalesce(opportunity.closed_on <= %(as_of)s, TRUE) AS is_closed
) AS day
LEFT JOIN (
    SELECT
        change.opportunity_id,
        bool_or(passed.kind <> 'lost' AND passed.is_qualified) AS was_qualified,
        bool_or(passed.kind = 'open') AS was_open,
        (array_agg(change.stage_id ORDER BY change.entered_on DESC, change.id DESC)
            FILTER (WHERE passed.kind = 'open'))[1] AS open_stage_id
    FROM pipeline_stagechange AS change
    JOIN pipeline_stage AS passed ON passed.id = change.stage_id
    WHERE change.entered_on <= %(as_of)s
    GROUP BY change.opportunity_id
) AS past ON past.opportunity_id = opportunity.id
WHERE coalesce(
    least(opportunity.engaged_on, CASE WHEN last_stage.kind <> 'open' THEN opportunity.closed_on END) <= %(as_of)s,
    TRUE
)
