SELECT min(stage_name) AS name
FROM live
WHERE lower(stage_name) NOT IN (SELECT lower(name) FROM pipeline_stage)
GROUP BY lower(stage_name)
ORDER BY name
