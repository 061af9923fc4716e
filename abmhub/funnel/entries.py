"""Cohorts, differences and the newest units of a cell, counted over columns as the statements of their names do."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from abmhub.campaigns.models import Motion
from abmhub.funnel.cell import Key
from abmhub.funnel.column_files import LONG_AGO, NEVER
from abmhub.funnel.columns import ENTRIES, Columns
from abmhub.funnel.models import FunnelStage
from abmhub.funnel.tally import Asked, is_in, steps

if TYPE_CHECKING:
    from abmhub.funnel.columns import Numbers

DEEPER = ("interest", "sql", "opportunity", "won")
NINE_OF_TEN = 0.9
ID_BITS = 40


def cohorts(columns: Columns, asked: Asked) -> Iterator[dict[str, Any]]:
    """The rows of funnel/cohorts.sql."""
    import numpy as np

    for motion in Motion:
        part = columns.parts[motion, ENTRIES]
        pool = columns.numbers["pool"][part]
        own = np.flatnonzero(asked.knows(columns, part) & asked.has(pool) & (pool > LONG_AGO))
        months, size = columns.numbers["month"][part][own], len(columns.words["month"])
        reached = {name: columns.numbers[name][part][own] <= asked.as_of for name in DEEPER}
        cents = np.zeros(size, "i8")
        np.add.at(cents, months[reached["won"]], columns.numbers["cents"][part][own[reached["won"]]])
        counts = {name: np.bincount(months[hits], minlength=size) for name, hits in reached.items()}
        pools = np.bincount(months, minlength=size)
        for place in np.flatnonzero(pools).tolist():
            yield {
                "motion": motion.value,
                "month_on": f"{columns.words['month'][place]}-01",
                "pool": int(pools[place]),
                **{name: int(count[place]) for name, count in counts.items()},
                "value_amount": Decimal(int(cents[place])).scaleb(-2),
            }


def days_to_stages(columns: Columns, asked: Asked) -> Iterator[dict[str, Any]]:
    """The rows of funnel/days_to_stages.sql."""
    import numpy as np

    for motion in Motion:
        part = columns.parts[motion, ENTRIES]
        pool = columns.numbers["pool"][part]
        own = np.flatnonzero(asked.knows(columns, part) & (pool <= asked.as_of) & (pool > LONG_AGO))
        if not len(own):
            continue
        found: dict[str, Any] = {"motion": motion.value}
        for name in DEEPER:
            reached = columns.numbers[name][part][own]
            ever = reached < NEVER
            found[name] = _passed(np.sort(reached[ever] - pool[own[ever]]))
        yield found


def _passed(days: "Numbers") -> float | None:
    """By when nine of ten have passed, as PostgreSQL's percentile_cont tells it, of days in order."""
    if not len(days):
        return None
    place = NINE_OF_TEN * (len(days) - 1)
    lower, upper = float(days[int(place)]), float(days[min(int(place) + 1, len(days) - 1)])
    return lower + (place - int(place)) * (upper - lower)


def difference(columns: Columns, on: date) -> Iterator[dict[str, Any]]:
    """The rows of funnel/difference.sql."""
    day = on.toordinal()
    for motion in Motion:
        for step in steps(motion):
            part = columns.parts[motion, step.counted]
            had = columns.numbers[step.reached][part] <= day
            known_from, known_until = columns.numbers["known_from"][part], columns.numbers["known_until"][part]
            began = had & (known_from > day)
            ended = had & (known_until > day) & (known_until < NEVER)
            by_rules, ended_by_rules = (columns.numbers[name][part] for name in ("began_by_rules", "ended_by_rules"))
            if had.any():
                yield {
                    "motion": motion.value,
                    "stage": step.stage.value,
                    "reported": int((had & (known_from <= day) & (known_until > day)).sum()),
                    "by_data": int((began & ~by_rules).sum() - (ended & ~ended_by_rules).sum()),
                    "by_rules": int((began & by_rules).sum() - (ended & ended_by_rules).sum()),
                    "restated": int((had & (known_until == NEVER)).sum()),
                }


def units(
    columns: Columns,
    asked: Asked,
    motion: Motion,
    stage: FunnelStage,
    by: Sequence[str],
    key: Key,
    *,
    limit: int,
    offset: int,
) -> list[int]:
    """The ids of the units in a cell, newest first."""
    import numpy as np

    step = next(each for each in steps(motion) if each.stage == stage)
    part = columns.parts[motion, step.counted]
    reached = columns.numbers[step.reached][part]
    own = np.flatnonzero(asked.knows(columns, part) & asked.has(reached) & is_in(columns, part, by, key))
    # The day and the number as one, so that only those on the page are put in order.
    newest = (reached[own].astype("i8") << ID_BITS) + columns.numbers["id"][part][own]
    if len(newest) > offset + limit:
        newest = np.partition(newest, len(newest) - offset - limit)[-offset - limit :]
    found: list[int] = (np.sort(newest)[::-1][offset : offset + limit] & ((1 << ID_BITS) - 1)).tolist()
    return found
