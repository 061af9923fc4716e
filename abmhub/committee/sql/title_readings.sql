CREATE TEMPORARY TABLE title_reading (
    title text PRIMARY KEY, seniority text, department text, persona_id bigint, buying_role_id bigint
) ON COMMIT DROP
