-- Stages of the newest snapshot that more have reached than the stage before. From the engaged accounts of ABM
-- to the SQL the unit changes to deals, of which an account may have several: there the accounts are compared.
WITH staged AS (
    SELECT
        *,
        array_position(ARRAY['pool', 'interest', 'sql', 'opportunity', 'won'], stage::text) AS position
    FROM funnel_funnelsnapshot
    WHERE snapshot_on = (SELECT max(snapshot_on) FROM funnel_funnelsnapshot)
)
SELECT
    deeper.snapshot_on, deeper.motion, deeper.stage,
    CASE WHEN in_accounts THEN deeper.accounts ELSE deeper.volume END AS reached,
    CASE WHEN in_accounts THEN before.accounts ELSE before.volume END AS reached_before
FROM staged AS deeper
JOIN staged AS before ON before.motion = deeper.motion AND before.position = deeper.position - 1
CROSS JOIN LATERAL (SELECT deeper.motion = 'abm' AND deeper.stage = 'sql' AS in_accounts) AS unit
WHERE CASE WHEN in_accounts THEN deeper.accounts ELSE deeper.volume END
    > CASE WHEN in_accounts THEN before.accounts ELSE before.volume END
ORDER BY deeper.motion, deeper.position
