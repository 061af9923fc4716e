"""The double funnel: which motion works, where to invest? And the deals behind its figures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.campaigns.models import Motion
from abmhub.core.days import business_day
from abmhub.core.statistics import wilson
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell
from abmhub.funnel.deals import LONG_AGO, deals_behind, sums_of
from abmhub.funnel.double import DoubleFunnel, counted_funnel, double_funnel, newest_day
from abmhub.funnel.finding import finding
from abmhub.funnel.models import DealSnapshot, StageDefinition, TamSnapshot
from abmhub.funnel.restated import Difference, difference, first_night
from abmhub.funnel.trend import trend
from abmhub.funnel.verdicts import Benchmarks, history, table
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import Table, asked_table, list_response
from abmhub.web.funnel_choice import Choice, choice_of, tabs
from abmhub.web.funnel_files import picture_response
from abmhub.web.funnel_picture import NARROW, WIDE, picture
from abmhub.web.funnel_slices import exports, judged, rows_path
from abmhub.web.funnel_tables import DEALS, deal_line, difference_table, grid_table, market_table, night_table
from abmhub.web.funnel_trend import line_chart
from abmhub.web.paging import page_of
from abmhub.web.requests import Request

QUARTERS = 8
A_YEAR = timedelta(days=365)


class DealsForm(forms.Form):
    """Which deals. Nothing said means won, both motions, and the newest day that was frozen."""

    kind = forms.ChoiceField(choices=Stage.Kind, required=False)
    motion = forms.ChoiceField(choices=[("", "Both motions"), *Motion.choices], required=False)
    on = forms.DateField(required=False)


@dataclass(frozen=True)
class Figures:
    """One column of the tiles: a motion, or both together, and the paths of the rows behind it."""

    name: str
    deals: DealSnapshot
    won_path: str
    lost_path: str
    open_path: str

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval of the win rate."""
        return wilson(self.deals.won, self.deals.decided)


@require_GET
def show_funnel(request: Request) -> HttpResponseBase:
    """Both motions as frozen in a night, or counted anew: restated by today's rules, or of a period."""
    choice = choice_of(request)
    funnel = _funnel(choice) if choice else None
    if choice is None or funnel is None or funnel.is_empty:
        return render(request, "funnel/empty.html", {"funnel": funnel})
    benchmarks, held = _benchmarks(choice)
    rows = [tuple(judged(cell, benchmarks, _rows_path(choice, cell)) for cell in pair) for pair in funnel.rows]
    tables: dict[str, Callable[[], Table]] = {
        "": lambda: grid_table(rows),
        "differences": lambda: difference_table(_differences(choice, funnel)),
        "nights": lambda: night_table(trend(until=funnel.on)),
        "markets": lambda: market_table(_markets(funnel)),
    }
    if file := asked_table(request, f"double-funnel-{funnel.on}", tables):
        return file
    points = trend(until=funnel.on)
    context = {
        "funnel": funnel,
        "choice": choice,
        "tabs": tabs(request, "funnel-show"),
        "exports": exports(request),
        "rows": rows,
        "held": held,
        "finding": finding(funnel),
        "pictures": [picture(funnel, WIDE), picture(funnel, NARROW)],
        "both": _figures("Both", "", funnel.both, funnel.on),
        "motions": [
            _figures("ABM", Motion.ABM, funnel.abm.deals, funnel.on),
            _figures("Demand gen", Motion.DEMAND_GEN, funnel.demand_gen.deals, funnel.on),
        ],
        "asked": choice.asked,
        "is_other_day": choice.asked is not None and choice.asked != funnel.on,
        "differences": _differences(choice, funnel),
        "definitions": StageDefinition.objects.order_by("motion", "pk"),
        "points": points,
        "markets": _markets(funnel),
        "charts": [line_chart(points, what) for what in ("won", "win_rate")] if len(points) > 1 else [],
    }
    return render(request, "funnel/show.html", context)


@require_GET
def show_picture(request: Request, kind: str) -> HttpResponse:
    """The picture alone, as a file that shows the same everywhere: SVG or PNG."""
    choice = choice_of(request)
    funnel = _funnel(choice) if choice else None
    if choice is None or funnel is None or funnel.is_empty:
        raise Http404("There is no picture before the first night.")
    context = {"picture": picture(funnel, WIDE), "finding": finding(funnel), "funnel": funnel}
    drawn = render_to_string("funnel/picture_file.svg", context)
    return picture_response(drawn, f"double-funnel-{funnel.on}", kind)


def _funnel(choice: Choice) -> DoubleFunnel | None:
    if choice.is_restated or choice.has_period:
        return counted_funnel(choice.question)
    return double_funnel(choice.day)


def _markets(funnel: DoubleFunnel) -> list[TamSnapshot]:
    return list(TamSnapshot.objects.filter(quarter_on__lte=funnel.on).order_by("-quarter_on")[:QUARTERS])


def _rows_path(choice: Choice, cell: Cell) -> str:
    return rows_path(choice, cell.motion, cell.stage) if cell.volume else ""


def _benchmarks(choice: Choice) -> tuple[Benchmarks, str]:
    """The table, or our own history: as long a time just before the period; without one, the cell of a year ago."""
    if choice.against_table:
        return table(), "the benchmark table"
    since, until = choice.question.since, choice.question.until or choice.day
    if since:
        before = since - timedelta(days=1)
        question = replace(choice.question, since=before - (until - since), until=before)
        return history(cells.count(question).get((None, None), {}), ""), "as long a time before"
    earlier = newest_day(until=choice.day - A_YEAR)
    funnel = double_funnel(earlier) if earlier else None
    if funnel is None:
        return {}, ""
    then = {(cell.motion, cell.stage): cell for pair in funnel.rows for cell in pair}
    return history(then, ""), f"the night of {earlier:%d %B %Y}"


def _differences(choice: Choice, funnel: DoubleFunnel) -> list[tuple[str, str, Difference]]:
    """What data and rules changed of the day since, where nights kept their units."""
    if not choice.is_restated or choice.has_period:
        return []
    first = first_night()
    if first is None or choice.day < first:
        return []
    found = difference(choice.day)
    return [
        (cell.motion.label, cell.name, found.get((cell.motion, cell.stage), Difference()))
        for motion in (funnel.abm, funnel.demand_gen)
        for cell in motion.cells
    ]


@require_GET
def list_deals(request: Request) -> HttpResponseBase:
    """The rows behind a figure of the funnel; they sum to it."""
    form = DealsForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such figure.")
    kind, motion = Stage.Kind(form.cleaned_data["kind"] or Stage.Kind.WON), form.cleaned_data["motion"]
    day = form.cleaned_data["on"] or newest_day() or business_day(timezone.now())
    deals = deals_behind(
        Opportunity.objects.visible_to(request.user), as_of=day, kind=kind, motion=Motion(motion) if motion else None
    )
    beside = ("account", "product", "owner", "stage")
    if wish := request.GET.get("as"):
        newest_first = deals.select_related(*beside).order_by(F("told_on").desc(), "-pk")
        return list_response(f"deals-{kind}-{day}", wish, DEALS, newest_first, deal_line)
    page = page_of(deals, request, by=("-told_on", "-pk"), size=100, beside=lambda found: found.select_related(*beside))
    frozen = DealSnapshot.objects.filter(snapshot_on=day, motion=motion).first()
    context = {
        "page": page,
        "sums": sums_of(deals),
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "reported": _reported(frozen, kind),
        "kind": kind,
        "motion": motion,
        "motion_name": Motion(motion).label if motion else "both motions",
        "day": day,
        "long_ago": LONG_AGO,
        "sees_all": request.user.sees_every_account,
        "breadcrumbs": [("Double funnel", f"{reverse('funnel-show')}?on={day.isoformat()}")],
        "kinds": [(each.label, each == kind, _deals_path(each, motion, day)) for each in Stage.Kind],
    }
    return render(request, "funnel/deals.html", context)


def _figures(name: str, motion: str, deals: DealSnapshot | None, day: date) -> Figures | None:
    if deals is None:
        return None
    won, lost, still_open = (
        _deals_path(kind, motion, day) for kind in (Stage.Kind.WON, Stage.Kind.LOST, Stage.Kind.OPEN)
    )
    return Figures(name, deals, won, lost, still_open)


def _deals_path(kind: Stage.Kind, motion: str, day: date) -> str:
    query = {"motion": motion, "kind": kind.value, "on": day.isoformat()}
    return f"{reverse('deal-list')}?{urlencode({name: value for name, value in query.items() if value})}"


def _reported(frozen: DealSnapshot | None, kind: Stage.Kind) -> dict[str, Any] | None:
    """What the night counted, to be held against the rows as they are now."""
    if frozen is None:
        return None
    amounts: dict[Stage.Kind, Decimal | None] = {
        Stage.Kind.WON: frozen.won_amount,
        Stage.Kind.LOST: None,
        Stage.Kind.OPEN: frozen.open_amount,
    }
    return {"count": getattr(frozen, kind.value), "amount": amounts[kind], "currency": frozen.currency}
