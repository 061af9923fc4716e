-- All rows that decide what events weigh, and which there are, as one text.
SELECT jsonb_build_array(
    (SELECT jsonb_agg(row ORDER BY id) FROM signals_eventtype AS row),
    (SELECT jsonb_agg(row ORDER BY id) FROM signals_contactfactor AS row),
    (SELECT jsonb_agg(events_from_on) FROM signals_retention)
)::text AS registers
