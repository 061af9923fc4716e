SELECT count(*) AS rows FROM live WHERE verdict = %(verdict)s
