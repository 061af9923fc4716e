-- What the file says of the fields that titles suggest is decided.
INSERT INTO committee_contact (
    id, account_id, name, title, seniority, department, persona_id, buying_role_id, decided, email, phone, stance, locale,
    time_zone, opted_out_at, refreshed_at, source, external_id, created_at, updated_at
)
SELECT
    target_id, account_id, name, title,
    coalesce(nullif(seniority, ''), suggested_seniority),
    coalesce(nullif(department, ''), suggested_department),
    coalesce(persona_id, suggested_persona_id),
    coalesce(buying_role_id, suggested_buying_role_id),
    array_remove(
        ARRAY[
            CASE WHEN seniority <> '' THEN 'seniority' END,
            CASE WHEN department <> '' THEN 'department' END,
            CASE WHEN persona_id IS NOT NULL THEN 'persona' END,
            CASE WHEN buying_role_id IS NOT NULL THEN 'buying_role' END
        ],
        NULL
    ),
    email, phone, stance, locale, time_zone, opted_out_at, %(at)s, %(source)s, external_id, %(at)s, %(at)s
FROM live
WHERE verdict = 'create'
ON CONFLICT DO NOTHING
