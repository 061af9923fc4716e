-- The engagement of every account that has any, in units.
SELECT account_id, {units} AS units
FROM tonight_magnitude
