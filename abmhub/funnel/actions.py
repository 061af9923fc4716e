"""Freezing the double funnel."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from psycopg.sql import SQL, Composable

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.funnel import balance, cells, engaged, market, units
from abmhub.funnel.definitions import Counting
from abmhub.funnel.figures import deal_figures
from abmhub.funnel.models import DealSnapshot
from abmhub.signals.news import EventNews

DEAL_KEYS = ("id", "snapshot_on", "motion")
TONIGHT = SQL("SELECT * FROM tonight_unit")


@transaction.atomic
def snapshot(
    *, on: date, is_over: bool = False, news: EventNews | None = None, potential: Composable = market.LIVE
) -> int:
    """Freeze both motions as they stand on a day; returns the rows written.

    The night does it, and whoever has just imported deals, so that the page is right at once. Of a day that
    is over only what is missing is written: what was reported then stays. `news` of events that the night before did
    not count spare reading all of them, and `potential` is market.KEPT where the market was kept just before.
    """
    if is_over:
        counting = Counting.now()
        engaged.gather(counting, on=on)
        units.gather(counting, engaged_accounts=engaged.TONIGHT)
    else:
        units.keep(on=on, news=news)
        balance.keep(on=on)
    written = sql.run(
        "funnel/funnel_snapshot",
        _parts={"cells": cells.statement(TONIGHT)},
        as_of=on,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        is_over=is_over,
    )
    written += sum(_snapshot_deals(motion, on=on, is_over=is_over) for motion in (*Motion, None))
    return written + _snapshot_tam(on=on, is_over=is_over, potential=potential)


def _snapshot_deals(motion: Motion | None, *, on: date, is_over: bool) -> int:
    found = deal_figures(as_of=on, motion=motion).total.as_snapshot(on, motion)
    values = {field.name: getattr(found, field.name) for field in found._meta.fields if field.name not in DEAL_KEYS}
    if is_over:
        _, created = DealSnapshot.objects.get_or_create(snapshot_on=on, motion=motion or "", defaults=values)
        return int(created)
    DealSnapshot.objects.update_or_create(snapshot_on=on, motion=motion or "", defaults=values)
    return 1


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
