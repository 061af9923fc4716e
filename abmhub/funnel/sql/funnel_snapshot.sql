-- How many had reached each stage by the day, of the units as known now. The rows of a day that is over are frozen.
INSERT INTO funnel_funnelsnapshot AS snapshot (
    snapshot_on, motion, stage, volume, accounts, trials, successes, median_days, value_amount, currency
)
SELECT
    %(as_of)s, motion.name, stage.name,
    coalesce(cell.volume, 0), coalesce(cell.accounts, 0), coalesce(cell.trials, 0), coalesce(cell.successes, 0),
    cell.median_days, coalesce(cell.value_amount, 0), %(currency)s
FROM (VALUES ('abm'), ('demand_gen')) AS motion (name)
CROSS JOIN (VALUES ('pool'), ('interest'), ('sql'), ('opportunity'), ('won')) AS stage (name)
LEFT JOIN ({cells}) AS cell ON cell.motion = motion.name AND cell.stage = stage.name
ON CONFLICT (snapshot_on, motion, stage) DO UPDATE SET
    volume = excluded.volume,
    accounts = excluded.accounts,
    trials = excluded.trials,
    successes = excluded.successes,
    median_days = excluded.median_days,
    value_amount = excluded.value_amount,
    currency = excluded.currency
WHERE NOT %(is_over)s
