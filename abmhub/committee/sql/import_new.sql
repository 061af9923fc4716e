INSERT INTO committee_contact (
    id, account_id, name, title, department, seniority, email, phone, buying_role_id, persona_id, stance, decided, locale,
    time_zone, opted_out_at, refreshed_at, source, external_id, created_at, updated_at
)
SELECT
    target_id, account_id, name, title, department, seniority, email, phone, buying_role_id, persona_id, stance, decided,
    locale, time_zone, opted_out_at, %(at)s, %(source)s, external_id, %(at)s, %(at)s
FROM live
WHERE verdict = 'create'
ON CONFLICT DO NOTHING
