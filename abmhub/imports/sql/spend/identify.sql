UPDATE live SET identity = campaign_id || ' ' || spent_on || ' ' || currency
