-- Of nights that no trend looks at any more only the whole stays: slices of month ends, and of locked months, are kept.
DELETE FROM metrics_figuresnapshot AS old
WHERE old."by" <> '' AND old.snapshot_on >= %(since)s AND old.snapshot_on < %(until)s
    AND extract(MONTH FROM old.snapshot_on + 1) = extract(MONTH FROM old.snapshot_on)
    AND NOT EXISTS (SELECT FROM metrics_periodlock WHERE month_on = date_trunc('month', old.snapshot_on::timestamp)::date)
