-- A deal whose account we know is taken for the ABM motion, any other for demand generation.
UPDATE live
SET motion = CASE WHEN account_id IS NULL THEN 'demand_gen' ELSE 'abm' END
WHERE motion = '' AND verdict = 'create'
