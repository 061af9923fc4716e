"""Whether standings, the history of tiers and overrides tell the same story."""

from typing import Any

from abmhub.core import sql
from abmhub.scoring import failures


def errors() -> list[str]:
    """A sentence for every account whose tier is not the one its history ends with, for every one that something holds
    which is not there, and for those that the night could not compute; empty when all is well."""
    contradicted = [
        f"{row['name']} stands in {row['standing_tier'] or 'no tier'}; "
        f"its history ends in {row['history_tier'] or 'no tier'}."
        for row in sql.rows("scoring/contradicted_standings")
    ]
    return contradicted + [_hold(row) for row in sql.rows("scoring/contradicted_holds")] + failures.sentences()


def _hold(row: dict[str, Any]) -> str:
    tier = row["tier"] or "no tier"
    if row["held_by"]:
        return f"{row['name']} stands in {tier} by an override that is not there."
    return f"{row['name']} stands in {tier}; the rules give {row['earned_tier']}, and nothing holds it."
