-- Won deals that the funnel and the tiles of the newest snapshot count differently.
SELECT funnel.snapshot_on, funnel.motion, funnel.volume, deals.won
FROM funnel_funnelsnapshot AS funnel
JOIN funnel_dealsnapshot AS deals ON deals.snapshot_on = funnel.snapshot_on AND deals.motion = funnel.motion
WHERE funnel.stage = 'won' AND funnel.volume <> deals.won
    AND funnel.snapshot_on = (SELECT max(snapshot_on) FROM funnel_funnelsnapshot)
ORDER BY funnel.motion
