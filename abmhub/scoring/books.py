"""Whether standings, the history of tiers and overrides tell the same story."""

from typing import Any

from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.scoring import failures

EVERYBODY = SQL("TRUE")


def errors(*, among: Composable | None = None) -> list[str]:
    """A sentence for every account whose tier is not the one its history ends with, for every one that something holds
    which is not there, and for those that the night could not compute; empty when all is well.

    Of all accounts, or of those in the relation `among`.
    """
    whose = SQL("account_id IN (SELECT account_id FROM {})").format(among) if among else EVERYBODY
    contradicted = [
        f"{row['name']} stands in {row['standing_tier'] or 'no tier'}; "
        f"its history ends in {row['history_tier'] or 'no tier'}."
        for row in sql.rows("scoring/contradicted_standings", _parts={"whose": whose})
    ]
    return (
        contradicted
        + [_hold(row) for row in sql.rows("scoring/contradicted_holds", _parts={"whose": whose})]
        + failures.sentences()
    )


def _hold(row: dict[str, Any]) -> str:
    tier = row["tier"] or "no tier"
    if row["held_by"]:
        return f"{row['name']} stands in {tier} by an override that is not there."
    return f"{row['name']} stands in {tier}; the rules give {row['earned_tier']}, and nothing holds it."
