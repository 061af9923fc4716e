"""Freezing the double funnel."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Manager
from psycopg.sql import SQL, Composable

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.funnel import balance, cells, engaged, market, units
from abmhub.funnel.cell import Cell
from abmhub.funnel.cells import Question
from abmhub.funnel.definitions import Counting
from abmhub.funnel.figures import by_motion
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot, FunnelStage
from abmhub.signals.news import EventNews

DEAL_KEYS = ("snapshot_on", "motion")
CELL_KEYS = (*DEAL_KEYS, "stage")
TONIGHT = SQL("SELECT * FROM tonight_unit")
Frozen = TypeVar("Frozen", FunnelSnapshot, DealSnapshot)


@transaction.atomic
def snapshot(
    *,
    on: date,
    is_over: bool = False,
    news: EventNews | None = None,
    changed: Composable | None = None,
    potential: Composable = market.LIVE,
) -> int:
    """Freeze both motions as they stand on a day; returns the rows written.

    The night does it, and whoever has just imported deals, so that the page is right at once. Of a day that
    is over only what is missing is written: what was reported then stays. `news` of events that the night before did
    not count spare reading all of them, `changed`, which selects the accounts whose facts did since, finding all units,
    and `potential` is market.KEPT where the market was kept just before.
    """
    question = Question(as_of=on)
    if is_over:
        counting = Counting.now()
        engaged.gather(counting, on=on)
        units.gather(counting, engaged_accounts=engaged.TONIGHT)
        found = cells.count_of(TONIGHT, question)
    else:
        units.keep(on=on, news=news, changed=changed)
        balance.keep(on=on)
        found = cells.count_now(question)
    frozen = [found.get(place) or Cell(*place) for place in product(Motion, FunnelStage)]
    written = _freeze([cell.as_snapshot(on) for cell in frozen], keys=CELL_KEYS, is_over=is_over)
    written += _freeze(list(by_motion(as_of=on).values()), keys=DEAL_KEYS, is_over=is_over)
    return written + _snapshot_tam(on=on, is_over=is_over, potential=potential)


def _freeze(rows: Sequence[Frozen], *, keys: Sequence[str], is_over: bool) -> int:
    """Write them; of a day that is over only those that are missing. Returns how many were written."""
    frozen: Manager[Frozen] = type(rows[0])._default_manager
    if is_over:
        there = set(frozen.filter(snapshot_on=rows[0].snapshot_on).values_list(*keys))
        missing = [row for row in rows if tuple(getattr(row, key) for key in keys) not in there]
        return len(frozen.bulk_create(missing))
    others = [field.name for field in rows[0]._meta.fields if field.name not in ("id", *keys)]
    return len(frozen.bulk_create(rows, update_conflicts=True, unique_fields=keys, update_fields=others))


def _snapshot_tam(*, on: date, is_over: bool, potential: Composable) -> int:
    """The market of the day's quarter. Each night writes it anew until the quarter is over."""
    return sql.run(
        "funnel/tam_snapshot",
        _parts={"market": potential},
        as_of=on,
        quarter=on.replace(month=3 * ((on.month - 1) // 3) + 1, day=1),
        until=first_moment(on + timedelta(days=1)),
        since=on - timedelta(days=365),
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        is_over=is_over,
    )
