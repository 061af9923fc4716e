"""The scorecard of tactics: which to keep, to watch, to retire."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.core.days import business_day
from abmhub.metrics.scorecard import ENOUGH, RULE, Verdict, scorecard
from abmhub.users.verbs import may
from abmhub.web.metrics import SEE_SPEND
from abmhub.web.requests import Request

TONES = {Verdict.KEEP: "ok", Verdict.WATCH: "warn", Verdict.RETIRE: "danger", Verdict.NOT_YET: "waiting"}


@require_GET
def show_scorecard(request: Request) -> HttpResponse:
    """Every tactic that was ordered in the last year."""
    scores = scorecard(on=business_day(timezone.now()))
    most = max((each.ordered for each in scores), default=0)
    context = {
        "scores": [(each, TONES[each.verdict]) for each in scores],
        "most": most,
        "enough": ENOUGH,
        "rule": RULE,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "sees_spend": may(request.user, SEE_SPEND),
        "breadcrumbs": [("Metrics", reverse("metric-list"))],
    }
    return render(request, "metrics/tactics.html", context)
