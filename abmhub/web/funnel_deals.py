"""Deals cut: won, lost and open, win rate, money and days of each key, and the deals behind every figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.campaigns.models import Motion
from abmhub.core.days import business_day
from abmhub.funnel.deals import deals_in
from abmhub.funnel.double import newest_day
from abmhub.funnel.figures import DealFigures, DealReport, Slice, deal_figures, other_currencies, rolled_up
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import table_response
from abmhub.web.funnel_choice import day_field, tabs
from abmhub.web.funnel_slices import exports
from abmhub.web.requests import Request

MOST_SHOWN = 200
ROWS_AT_ONCE = 100
DIMENSIONS = {
    "territory": "Territory", "owner": "Owner", "team": "Team", "product": "Product", "series": "Product series",
    "account": "Account", "industry": "Industry", "segment": "Account group", "country": "Country", "tier": "Tier",
    "motion": "Motion", "campaign": "Campaign", "channel": "Channel", "content": "Content", "program": "Program",
    "stage": "Stage", "month": "Month of closing", "quarter": "Quarter of closing",
}  # fmt: skip
MEASURES = (
    "Won", "Lost", "Open", "Win rate", "Low", "High", "Won money", "Open money", "Mean won deal", "Median won deal",
    "Mean cycle in days", "Median cycle in days", "Left out of the cycle",
)  # fmt: skip
ROW_COLUMNS = ("Deal", "Motion", "Stage", "Account", "Product", "Owner", "Began on", "Closed on", "Money", "Currency")


class CutForm(forms.Form):
    """By what to cut, and which deals: nothing said means all of them, as they stand today."""

    by = forms.ChoiceField(label="Cut by", choices=list(DIMENSIONS.items()), required=False)
    by2 = forms.ChoiceField(label="and by", choices=[("", "nothing else"), *DIMENSIONS.items()], required=False)
    motion = forms.ChoiceField(label="Motion", choices=[("", "both"), *Motion.choices], required=False)
    on = day_field("As they stood on")
    since = day_field("Closed from")
    until = day_field("to")
    roll_up = forms.BooleanField(label="Subsidiaries under their parent", required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            raise ValidationError("The period ends before it begins.")
        return found


@dataclass(frozen=True)
class Cut:
    """What is asked of the deals."""

    form: CutForm
    by: tuple[str, ...]
    as_of: date
    since: date | None
    until: date | None
    motion: Motion | None
    roll_up: bool

    @property
    def question(self) -> dict[str, Any]:
        """As `deal_figures` and `deals_in` take it."""
        return {
            "as_of": self.as_of,
            "since": self.since,
            "until": self.until,
            "motion": self.motion,
            "by": rolled_up(self.by) if self.roll_up else self.by,
        }

    @property
    def labels(self) -> list[str]:
        return [DIMENSIONS[name] for name in self.by]

    def rows_path(self, kind: Stage.Kind, identity: str | None = None, *, is_total: bool = False) -> str:
        """The address of the deals behind a figure; an identity that is not there is one too."""
        asked: dict[str, Any] = {
            "kind": kind.value,
            "on": self.as_of,
            "since": self.since or "",
            "until": self.until or "",
            "motion": self.motion or "",
            "roll_up": "on" if self.roll_up else "",
        }
        if not is_total:
            asked |= dict(zip(("by", "by2"), self.by, strict=False)) | {"key": identity or ""}
        said = {name: value for name, value in asked.items() if value or name == "key"}
        return f"{reverse('deal-rows')}?{urlencode(said)}"


@dataclass(frozen=True)
class Line:
    """One key, or all of them together, with the addresses of its deals."""

    names: tuple[str, ...]
    figures: DealFigures
    won_path: str
    lost_path: str
    open_path: str


def _cut(request: Request, default: str = "territory") -> Cut:
    """What the address asks for. What makes no sense is left out, and the form says so."""
    form = CutForm(request.GET)
    form.is_valid()
    found = form.cleaned_data
    names = dict.fromkeys(name for name in (found.get("by") or default, found.get("by2")) if name)
    as_of = found.get("on") or newest_day() or business_day(timezone.now())
    shown = {"by": default, "on": as_of} | {name: value for name, value in found.items() if value}
    return Cut(
        form=form if form.errors else CutForm(initial=shown),
        by=tuple(names),
        as_of=as_of,
        since=found.get("since"),
        until=found.get("until"),
        motion=Motion(found["motion"]) if found.get("motion") else None,
        roll_up=bool(found.get("roll_up")),
    )


@require_GET
def show_deal_figures(request: Request) -> HttpResponseBase:
    """The figures of all deals and of each key; the same as `manage.py metrics` prints."""
    cut = _cut(request)
    report = deal_figures(**cut.question)
    if wish := request.GET.get("as"):
        header = [*cut.labels, *MEASURES]
        return table_response(f"deals-by-{'-and-'.join(cut.by)}", wish, header, _flat(cut, report))
    lines = [_line(cut, each) for each in report.rows[:MOST_SHOWN]]
    paths = (cut.rows_path(kind, is_total=True) for kind in (Stage.Kind.WON, Stage.Kind.LOST, Stage.Kind.OPEN))
    context = {
        "cut": cut,
        "tabs": tabs(request, "deal-figures"),
        "total": Line(("All",), report.total, *paths),
        "lines": lines,
        "finding": _finding(report),
        "left_out": len(report.rows) - len(lines),
        "elsewhere": other_currencies(),
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
    }
    return render(request, "funnel/deal_figures.html", context)


def _names(key: str | list[str | None] | None) -> tuple[str, ...]:
    return tuple(name or "(none)" for name in (key if isinstance(key, list) else [key]))


def _line(cut: Cut, each: Slice) -> Line:
    paths = (cut.rows_path(kind, each.identity) for kind in (Stage.Kind.WON, Stage.Kind.LOST, Stage.Kind.OPEN))
    return Line(_names(each.key), each.figures, *paths)


def _finding(report: DealReport) -> Slice | None:
    """The key that brought most of the won money."""
    named = [each for each in report.rows if each.name and each.figures.won_amount]
    return max(named, key=lambda each: each.figures.won_amount, default=None) if len(named) > 1 else None


def _flat(cut: Cut, report: DealReport) -> Iterable[list[Any]]:
    for names, found in [(_names(each.key), each.figures) for each in report.rows] + [
        (("All",) + ("",) * (len(cut.by) - 1), report.total)
    ]:
        low, high = found.interval or (None, None)
        yield [
            *names, found.won, found.lost, found.open, found.win_rate, low, high, found.won_amount, found.open_amount,
            found.mean_won, found.median_won, found.cycle_days_mean, found.cycle_days_median, found.cycle_left_out,
        ]  # fmt: skip


@require_GET
def list_deal_rows(request: Request) -> HttpResponseBase:
    """The deals behind a figure; they are as many as it says."""
    cut = _cut(request)
    if cut.form.errors or request.GET.get("kind") not in Stage.Kind.values:
        raise Http404("There is no such figure.")
    kind = Stage.Kind(request.GET["kind"])
    identity, is_cut = request.GET.get("key") or None, "key" in request.GET
    question = cut.question if is_cut else cut.question | {"by": ()}
    report = deal_figures(**question)
    behind = (
        next((each for each in report.rows if each.identity == identity), None) if is_cut else Slice(None, report.total)
    )
    if behind is None:
        raise Http404("No deal has such a key.")
    count: int = getattr(behind.figures, kind.value)
    if wish := request.GET.get("as"):
        found = deals_in(kind, **question, identity=identity, user=request.user, limit=count)
        return table_response(f"deals-{kind.value}", wish, ROW_COLUMNS, map(_flat_deal, found))
    start = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    found = deals_in(kind, **question, identity=identity, user=request.user, limit=ROWS_AT_ONCE, offset=start)
    here: dict[str, str] = {name: str(value) for name, value in request.GET.items()}
    end = start + len(found)
    context = {
        "cut": cut,
        "kind": kind,
        "names": list(zip(cut.labels, _names(behind.key), strict=False)) if is_cut else [],
        "figures": behind.figures,
        "count": count,
        "rows": found,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
        "next_url": f"?{urlencode(here | {'from': str(end)})}" if end < count else "",
        "previous_url": f"?{urlencode(here | {'from': str(max(start - ROWS_AT_ONCE, 0))})}" if start else "",
        "breadcrumbs": [("Double funnel", reverse("funnel-show")), ("Deals", reverse("deal-figures"))],
    }
    return render(request, "funnel/deal_rows.html", context)


def _flat_deal(deal: Opportunity | None) -> list[Any]:
    if deal is None:
        return ["Not yours to see", *("",) * (len(ROW_COLUMNS) - 1)]
    return [
        str(deal),
        deal.get_motion_display(),
        deal.stage.name,
        deal.account.name if deal.account else deal.account_name,
        deal.product.name if deal.product else deal.product_name,
        deal.owner.name if deal.owner else deal.owner_name,
        deal.engaged_on,
        deal.closed_on,
        deal.amount,
        deal.currency,
    ]
