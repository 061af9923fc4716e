-- What each stage was reported to hold in a night, what data and rules changed of it since, and what it holds by now.
-- Each row that a later night wrote adds what it counts, each that it ended takes it away; both name their cause.
SELECT
    unit.motion,
    step.stage,
    count(*) FILTER (
        WHERE unit.known_from_on <= %(on)s AND (unit.known_until_on IS NULL OR unit.known_until_on > %(on)s)
    ) AS reported,
    count(*) FILTER (WHERE unit.known_from_on > %(on)s AND unit.began_by = 'data')
        - count(*) FILTER (WHERE unit.known_until_on > %(on)s AND unit.ended_by = 'data') AS by_data,
    count(*) FILTER (WHERE unit.known_from_on > %(on)s AND unit.began_by = 'rules')
        - count(*) FILTER (WHERE unit.known_until_on > %(on)s AND unit.ended_by = 'rules') AS by_rules,
    count(*) FILTER (WHERE unit.known_until_on IS NULL) AS restated
FROM funnel_funnelunit AS unit
CROSS JOIN LATERAL (
    VALUES
        ('pool', unit.is_entry, unit.pool_on),
        ('interest', unit.is_entry, unit.interest_on),
        ('sql', CASE WHEN unit.motion = 'abm' THEN unit.kind = 'deal' ELSE unit.is_entry END, unit.sql_on),
        ('opportunity', unit.kind = 'deal', unit.opportunity_on),
        ('won', unit.kind = 'deal', unit.won_on)
) AS step (stage, is_counted, reached_on)
WHERE step.is_counted AND step.reached_on <= %(on)s
GROUP BY unit.motion, step.stage
