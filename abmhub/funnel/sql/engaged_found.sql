-- From when on accounts were engaged, written only where it differs from what stands there.
INSERT INTO funnel_engagedaccount AS kept (account_id, engaged_on)
SELECT account_id, tonight.engaged_on
FROM tonight_engaged AS tonight
LEFT JOIN funnel_engagedaccount AS stands USING (account_id)
WHERE stands.engaged_on IS DISTINCT FROM tonight.engaged_on
ON CONFLICT (account_id) DO UPDATE SET engaged_on = excluded.engaged_on
