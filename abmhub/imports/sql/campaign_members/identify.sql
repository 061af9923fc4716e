UPDATE live SET identity = campaign_id || coalesce(' contact ' || contact_id, ' lead ' || lead_id)
