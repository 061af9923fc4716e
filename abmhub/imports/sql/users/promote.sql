-- Whoever manages somebody in this file is a manager, whatever their own row leaves out.
UPDATE live
SET role = 'sales_manager'
WHERE role = '' AND lower(name) IN (SELECT lower(manager_name) FROM live)
