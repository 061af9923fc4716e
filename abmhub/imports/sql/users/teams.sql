-- Each team that the file names, by its own name or by its manager's; the manager may be a row of the file.
SELECT DISTINCT
    live.team_name,
    live.manager_name,
    (
        SELECT CASE WHEN count(*) = 1 THEN min(manager.target_id) END
        FROM live AS manager
        WHERE live.manager_name <> '' AND lower(manager.name) = lower(live.manager_name)
    ) AS manager_id
FROM live
WHERE live.team_name <> '' OR live.manager_name <> ''
ORDER BY live.team_name, live.manager_name
