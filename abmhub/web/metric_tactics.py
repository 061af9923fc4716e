"""The scorecard of tactics: which to keep, to watch, to retire."""

from collections.abc import Iterable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.core.days import business_day
from abmhub.metrics.scorecard import ENOUGH, RULE, Score, Verdict, scorecard
from abmhub.users.verbs import may
from abmhub.web.export import Table, asked_table, exports_of
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request

TONES = {Verdict.KEEP: "ok", Verdict.WATCH: "warn", Verdict.RETIRE: "danger", Verdict.NOT_YET: "waiting"}


@require_GET
def show_scorecard(request: Request) -> HttpResponseBase:
    """Every tactic that was ordered in the last year."""
    on, sees_spend = business_day(timezone.now()), may(request.user, SEE_SPEND)
    scores = scorecard(on=on)
    if file := asked_table(request, f"tactics-{on}", {"": lambda: _table(scores, sees_spend=sees_spend)}):
        return file
    most = max((each.ordered for each in scores), default=0)
    context = {
        "scores": [(each, TONES[each.verdict]) for each in scores],
        "most": most,
        "enough": ENOUGH,
        "rule": RULE,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "sees_spend": sees_spend,
        "exports": exports_of(request) if scores else [],
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/tactics.html", context)


def _table(scores: Iterable[Score], *, sees_spend: bool) -> Table:
    header = (
        "Tactic", "Category", "Ordered", "Delivered", "Promise kept", "Followed up", "Deals after it", "Of deliveries",
        "Share", "Against others", "Low", "High", "Verdict", *(["Cost each"] if sees_spend else []),
    )  # fmt: skip
    return header, ([*_cells(each), *([each.cost_each] if sees_spend else [])] for each in scores)


def _cells(score: Score) -> tuple[object, ...]:
    lift = score.lift
    return (
        str(score.tactic), str(score.tactic.category), score.ordered, score.delivered, score.kept_share,
        score.followed_up_share, score.began, score.judged, score.outcome,
        *((lift.value, lift.low, lift.high) if lift else (None, None, None)), score.verdict.value,
    )  # fmt: skip
