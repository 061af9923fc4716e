-- The contact factor of people, as a relation. The part "all" is empty where few of them are looked up.
(
    SELECT contact.id, greatest(by_seniority.percent, by_role.percent) AS percent
    FROM committee_contact AS contact
    LEFT JOIN signals_contactfactor AS by_seniority
        ON by_seniority.seniority = contact.seniority AND by_seniority.seniority <> ''
    LEFT JOIN signals_contactfactor AS by_role ON by_role.buying_role_id = contact.buying_role_id
    {all}
)
