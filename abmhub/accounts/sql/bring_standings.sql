-- Whether the statements that follow in this transaction bring the standings of their new accounts themselves.
SELECT set_config('abmhub.brings_standings', %(brings)s, true)
