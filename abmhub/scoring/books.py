"""Whether standings and the history of tiers tell the same story."""

from abmhub.core import sql


def errors() -> list[str]:
    """A sentence for every account whose tier is not the one its history ends with; empty when all is well."""
    return [
        f"{row['name']} stands in {row['standing_tier'] or 'no tier'}; "
        f"its history ends in {row['history_tier'] or 'no tier'}."
        for row in sql.rows("scoring/contradicted_standings")
    ]
