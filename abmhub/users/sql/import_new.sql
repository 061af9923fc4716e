-- Nobody can sign in with this password: an administrator, or a reset by email, gives them one.
INSERT INTO users_user (id, name, email, role, team_id, source, external_id, password, is_superuser, is_staff, is_active)
SELECT
    target_id, name, nullif(email, ''), coalesce(nullif(role, ''), 'sales_rep'), team_id,
    CASE WHEN external_id <> '' THEN %(source)s ELSE '' END, external_id, %(password)s, false, false, true
FROM live
WHERE verdict = 'create'
ON CONFLICT DO NOTHING
