UPDATE committee_contact AS person
SET
    account_id = live.account_id,
    name = live.name,
    title = live.title,
    department = live.department,
    seniority = live.seniority,
    email = live.email,
    phone = live.phone,
    buying_role_id = live.buying_role_id,
    persona_id = live.persona_id,
    stance = live.stance,
    decided = live.decided,
    locale = live.locale,
    time_zone = live.time_zone,
    opted_out_at = live.opted_out_at,
    source = live.new_source,
    external_id = live.new_external_id,
    refreshed_at = %(at)s,
    updated_at = %(at)s
FROM live
WHERE person.id = live.target_id AND live.verdict = 'update'
