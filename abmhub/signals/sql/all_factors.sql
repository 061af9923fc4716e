-- Who counts otherwise than anybody; OFFSET is a fence: they are listed once, not looked up for each event.
WHERE greatest(by_seniority.percent, by_role.percent) <> 100
OFFSET 0
