-- Events that are out and have no table of their month: their numbers stay. Returns how many numbers that is.
-- The parts are what is done with the events of a month.
WITH gone AS (
    DELETE FROM {rest} WHERE occurred_at < {first} RETURNING *
), forgotten AS (
    {forgotten}
)
{rolled_up}
