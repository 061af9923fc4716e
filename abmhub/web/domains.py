"""Unknown domains: who is at work there that we have no account of, and is one of them the next target?"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.signals import unplaced
from abmhub.web.requests import Request, must_be_allowed

VERB = "signals.make_account"
MOST_DOMAINS = 100


@require_GET
def list_domains(request: Request) -> HttpResponse:
    """The domains that did most in the last 90 days and that no account has."""
    must_be_allowed(request, VERB)
    domains = unplaced.active_domains(business_day(timezone.now()), limit=MOST_DOMAINS)
    context = {
        "domains": domains,
        "days": unplaced.LATELY.days,
        "strong_from": unplaced.STRONG_FROM,
        "most": MOST_DOMAINS if len(domains) == MOST_DOMAINS else None,
    }
    return render(request, "domains/list.html", context)


@require_POST
def make_account(request: Request) -> HttpResponse:
    """Make an account of one of them; all that waited for it is its."""
    must_be_allowed(request, VERB)
    try:
        account = unplaced.make_account(
            domain=request.POST.get("domain", "").replace("\0", ""), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("domain-list")
    messages.success(request, f"{account} is an account now, with all that {account.domain} did.")
    return redirect("account-show", account.pk)
