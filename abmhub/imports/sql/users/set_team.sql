UPDATE live
SET team_id = %(team)s
WHERE team_name = %(team_name)s AND manager_name = %(manager_name)s
