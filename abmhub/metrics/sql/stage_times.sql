-- How long deals stay in each open stage: of the visits that ended in the year up to a day, and of the deals that are in
-- it still. A deal that came back has two visits. What says that it was left before it was entered is left out.
WITH visit AS (
    SELECT
        change.stage_id, change.entered_on,
        coalesce(
            lead(change.entered_on) OVER of_deal,
            CASE WHEN now_in.kind <> 'open' AND deal.closed_on <= %(as_of)s THEN deal.closed_on END
        ) AS left_on,
        now_in.kind = 'open' AND deal.stage_id = change.stage_id
            AND lead(change.entered_on) OVER of_deal IS NULL AS is_here
    FROM pipeline_stagechange AS change
    JOIN pipeline_opportunity AS deal ON deal.id = change.opportunity_id
    JOIN pipeline_stage AS now_in ON now_in.id = deal.stage_id
    WHERE change.entered_on <= %(as_of)s
    WINDOW of_deal AS (PARTITION BY change.opportunity_id ORDER BY change.entered_on, change.id)
)
INSERT INTO metrics_stagetime (snapshot_on, stage_id, passed, median_days, staying, median_so_far)
SELECT
    %(as_of)s, stage.id,
    count(*) FILTER (WHERE left_on >= %(since)s AND left_on >= entered_on),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY left_on - entered_on)
        FILTER (WHERE left_on >= %(since)s AND left_on >= entered_on),
    count(*) FILTER (WHERE is_here),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY %(as_of)s::date - entered_on) FILTER (WHERE is_here)
FROM pipeline_stage AS stage
JOIN visit ON visit.stage_id = stage.id
WHERE stage.kind = 'open'
GROUP BY stage.id
