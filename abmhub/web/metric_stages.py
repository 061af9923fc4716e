"""How long deals stay in a stage, and through how many channels accounts of each stage were reached."""

from datetime import date
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.menus.stages import FunnelStage
from abmhub.metrics.models import LadderStep, StageTime
from abmhub.metrics.stages import channels_on, newest_stages, on_ladder, staying_in, times_on, wanted_channels
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.web.export import Table, asked_table, exports_of, list_response
from abmhub.web.paging import page_of
from abmhub.web.requests import Request

ROWS = 100


@require_GET
def show_stages(request: Request) -> HttpResponseBase:
    """The last night that reckoned them."""
    on = newest_stages()
    if on is None:
        return render(request, "metrics/stages.html", {"breadcrumbs": _crumbs()})
    times, steps = times_on(on), channels_on(on)
    tables = {"days": lambda: _day_table(times), "channels": lambda: _channel_table(steps)}
    if file := asked_table(request, f"stages-{on}", tables):
        return file
    longest = max((max(each.median_days or 0, each.median_so_far or 0) for each in times), default=0)
    context = {
        "on": on,
        "times": times,
        "longest": longest,
        "steps": steps,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "metrics/stages.html", context)


def _day_table(times: list[StageTime]) -> Table:
    days = ((each.stage.name, each.passed, each.median_days, each.staying, each.median_so_far) for each in times)
    return ("Stage", "Left it", "Median days", "In it now", "Median days so far"), days


def _channel_table(steps: list[LadderStep]) -> Table:
    lines = ((each.get_stage_display(), each.accounts, each.wanted, each.mean, each.reached) for each in steps)
    return ("Stage", "Accounts", "Wanted", "Mean channels", "Reached"), lines


@require_GET
def list_staying(request: Request, pk: int) -> HttpResponseBase:
    """The deals that are in a stage; those of one's own accounts alone for who sells."""
    stage, on = get_object_or_404(Stage, pk=pk), _reckoned()
    mine = staying_in(stage, on).filter(pk__in=Opportunity.objects.visible_to(request.user)).select_related("account")
    if wish := request.GET.get("as"):
        header = ("Deal", "Account", "Amount", "Currency", "Since", "Days")
        return list_response(f"in-stage-{pk}-{on}", wish, header, mine.order_by("-days", "-pk"), _of_deal)
    page = page_of(mine, request, by=("-days", "-pk"), size=ROWS)
    frozen = StageTime.objects.filter(snapshot_on=on, stage=stage).first()
    context = {
        "stage": stage,
        "on": on,
        "page": page,
        "exports": exports_of(request),
        "reported": frozen.staying if frozen else 0,
        "sees_all": request.user.sees_every_account,
        "breadcrumbs": [*_crumbs(), ("Stages", reverse("metric-stages"))],
    }
    return render(request, "metrics/staying.html", context)


@require_GET
def list_below(request: Request, stage: str) -> HttpResponseBase:
    """The accounts of a stage that were reached through fewer channels than the ladder asks for."""
    if stage not in FunnelStage.values:
        raise Http404("There is no such stage.")
    on = _reckoned()
    below = on_ladder(on).filter(funnel_stage=stage, is_reached=False)
    mine = below.filter(pk__in=Account.objects.visible_to(request.user)).select_related("standing__tier")
    if wish := request.GET.get("as"):
        header = ("Account", "Domain", "Tier", "Channels")
        return list_response(f"below-{stage}-{on}", wish, header, mine.order_by("pk"), _of_account)
    page = page_of(mine, request, by=("pk",), size=ROWS)
    frozen = LadderStep.objects.filter(snapshot_on=on, stage=stage).first()
    context = {
        "stage": FunnelStage(stage),
        "on": on,
        "page": page,
        "exports": exports_of(request),
        "wanted": wanted_channels().get(stage, 0),
        "reported": frozen.below if frozen else 0,
        "sees_all": request.user.sees_every_account,
        "breadcrumbs": [*_crumbs(), ("Stages", reverse("metric-stages"))],
    }
    return render(request, "metrics/below.html", context)


def _of_deal(deal: Any) -> tuple[Any, ...]:
    return str(deal), str(deal.account or deal.account_name), deal.amount, deal.currency, deal.entered_on, deal.days


def _of_account(account: Any) -> tuple[Any, ...]:
    return account.name, account.domain, account.standing.tier.name, account.channels


def _reckoned() -> date:
    on = newest_stages()
    if on is None:
        raise Http404("No night has reckoned the stages.")
    return on


def _crumbs() -> list[tuple[str, str]]:
    return [("Metrics", reverse("metric-list"))]
