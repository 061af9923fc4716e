-- The words of a name. One that is a single word is also found by its first and its last letters, should the others
-- be misspelt.
unnest(
    string_to_array({name}, ' ')
    || CASE WHEN strpos({name}, ' ') = 0 THEN ARRAY[left({name}, 3) || '…', '…' || right({name}, 3)] ELSE '{{}}' END
)
