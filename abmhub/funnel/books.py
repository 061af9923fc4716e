"""Whether the snapshots of the double funnel agree with themselves and with each other."""

from abmhub.core import sql
from abmhub.funnel import market, units


def errors(*, is_whole: bool = True) -> list[str]:
    """A sentence for every figure of the newest snapshot that cannot be; empty when all is well.

    If `is_whole`, what is carried on of the market and the units is found anew, too.
    """
    return [
        *(
            f"On {row['snapshot_on']} {row['reached']} of {row['motion']} had reached {row['stage']}, "
            f"but only {row['reached_before']} the stage before."
            for row in sql.rows("funnel/contradicted_stages")
        ),
        *(
            f"On {row['snapshot_on']} the funnel of {row['motion']} counts {row['volume']} won deals, "
            f"its tiles count {row['won']}."
            for row in sql.rows("funnel/contradicted_wins")
        ),
        *(market.errors() + units.errors() if is_whole else ()),
    ]
