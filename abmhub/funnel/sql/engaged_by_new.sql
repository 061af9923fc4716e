-- With one meaningful event an account is engaged: those of the relation "new" make it so, or make it so earlier.
INSERT INTO funnel_engagedaccount AS kept (account_id, engaged_on)
SELECT account_id, (min(occurred_at) AT TIME ZONE %(zone)s)::date
FROM {new} AS new
WHERE event_type_id = ANY(%(meaningful_types)s)
GROUP BY account_id
ON CONFLICT (account_id) DO UPDATE SET engaged_on = excluded.engaged_on
WHERE excluded.engaged_on < kept.engaged_on
