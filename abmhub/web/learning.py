"""Learning from the best customers: what they have in common, and from there to a draft."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import Territory
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.scoring import actions
from abmhub.scoring.best import Best, Meaning
from abmhub.scoring.learning import ENOUGH_BEST, Finding, learn
from abmhub.scoring.models import IcpCriterion, IcpProfile
from abmhub.scoring.proposals import check, criterion_of, propose
from abmhub.users.verbs import may
from abmhub.web.icp import LEARN, SEE
from abmhub.web.icp_pictures import Whisker, whisker
from abmhub.web.requests import Request, must_be_allowed, way_back

SALT = "finding"
IMPORT = "imports.import_files"
SHOWN = 12
"""Findings of a kind that are shown before one asks for more."""


class BestForm(forms.Form):
    """What "best" means; nothing said means two or more won deals in different cycles, everywhere."""

    meaning = forms.ChoiceField(label="Best means", choices=Meaning.choices, required=False)
    amount = forms.DecimalField(label="Won at least", required=False, min_value=1, max_digits=14, decimal_places=2)
    years = forms.IntegerField(label="Customers for years", required=False, min_value=1, max_value=30)
    territory = forms.ModelChoiceField(
        Territory.objects.order_by("name"), label="Territory", required=False, empty_label="Everywhere"
    )

    def best(self, as_of: date) -> Best:
        """What was asked; what makes no sense is left as it comes."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if "meaning" in asked:
            asked["meaning"] = Meaning(asked["meaning"])
        return Best(as_of, **asked)


@dataclass(frozen=True)
class Row:
    """A finding as a line of a table; `token` makes a criterion of it."""

    finding: Finding
    picture: Whisker
    token: str

    @property
    def interval(self) -> str:
        """For example: 2.4–6.0×; from 50 on upwards without end."""
        low, high = self.finding.lift.low, self.finding.lift.high
        return f"{low:.1f}–{high:.1f}×" if high != inf else f"{low:.1f}× or more"


@require_GET
def show_learning(request: Request) -> HttpResponse:
    """What the best have in common. All accounts are asked, so HTMX fetches it after the page."""
    must_be_allowed(request, SEE)
    form = BestForm(request.GET)
    best = form.best(business_day(timezone.now()))
    path = f"{request.path}?{urlencode(_asked(best))}"
    context: dict[str, Any] = {
        "form": BestForm(initial=_asked(best)),
        "best": best,
        "path": path,
        "may_draft": may(request.user, LEARN),
        "may_import": may(request.user, IMPORT),
        "breadcrumbs": [("Ideal customer profile", reverse("icp-list"))],
    }
    if not (request.htmx or "found" in request.GET):
        return render(request, "icp/learn.html", context)
    context |= _found(best) | {"drafts": IcpProfile.objects.drafts(), "chosen": _newest_learned()}
    return render(request, "icp/learned.html" if request.htmx else "icp/learn.html", context)


@require_POST
def draft_learned(request: Request) -> HttpResponse:
    """A draft of everything that is sure."""
    must_be_allowed(request, LEARN)
    best = BestForm(request.POST).best(business_day(timezone.now()))
    criteria = propose(learn(best).findings)
    if not criteria:
        messages.warning(request, "Nothing is sure enough for a draft.")
        return redirect(f"{reverse('icp-learn')}?{urlencode(_asked(best))}")
    origin = f"Learned from {best.sentence}."[:200]
    draft = actions.draft_profile(name=actions.LEARNED, origin=origin, criteria=criteria, by=request.user)
    messages.success(request, f"{draft} is a draft now, of everything that is sure.")
    return redirect("icp-show", draft.pk)


@require_POST
def add_finding(request: Request) -> HttpResponse:
    """Make a criterion of a finding, in the draft that was chosen or in a new one."""
    must_be_allowed(request, LEARN)
    criterion = _criterion_of(request.POST.get("finding", ""))
    chosen = request.POST.get("draft", "")
    draft = IcpProfile.objects.drafts().filter(pk=int(chosen[:18])).first() if chosen.isdecimal() else None
    try:
        added = actions.add_criterion(profile=draft, criterion=criterion, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        draft = added.profile
        messages.success(request, f"{draft} asks for “{added}” now, with {added.weight} points.")
    if request.htmx:
        context = {"drafts": IcpProfile.objects.drafts(), "chosen": draft, "is_swapped": True}
        return render(request, "icp/added.html", context)
    return redirect(way_back(request, reverse("icp-learn")))


def _found(best: Best) -> dict[str, Any]:
    learned = learn(best)
    if not learned.is_enough:
        others = [(f"{reverse('icp-learn')}?{urlencode(_asked(each))}", each, count) for each, count in best.others()]
        return {"learned": learned, "enough": ENOUGH_BEST, "others": [each for each in others if each[2]]}
    proposed = propose(learned.half)
    return {
        "learned": learned,
        "enough": ENOUGH_BEST,
        "groups": [
            ("More common among the best", "Surely: the interval leaves out 1.", _rows(learned.sure), True),
            ("Rarer among the best", "Surely: the interval leaves out 1.", _rows(learned.seldom), False),
            ("Not sure either way", "The interval contains 1: it may be chance.", _rows(learned.unsure), False),
            ("Too few to tell", "Fewer than five of the best have it, or would.", _rows(learned.rare), False),
        ],
        "proposed": proposed,
        "check": check(best, proposed, learned.sample) if proposed else None,
    }


def _rows(findings: list[Finding]) -> list[Row]:
    return [Row(each, whisker(each.lift), _token(each) if each.is_sure else "") for each in findings]


def _token(finding: Finding) -> str:
    """The finding as a criterion, signed, so that nobody posts another."""
    criterion = criterion_of([finding])
    return signing.dumps(
        {
            "name": criterion.name,
            "attribute": criterion.attribute,
            "custom_id": criterion.custom.pk if criterion.custom else None,
            "minimum": None if criterion.minimum is None else str(criterion.minimum),
            "maximum": None if criterion.maximum is None else str(criterion.maximum),
            "values": criterion.values,
            "weight": criterion.weight,
        },
        salt=SALT,
    )


def _criterion_of(token: str) -> IcpCriterion:
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Http404("There is no such finding.") from error
    limits = {name: None if said[name] is None else Decimal(said[name]) for name in ("minimum", "maximum")}
    return IcpCriterion(**said | limits)


def _newest_learned() -> IcpProfile | None:
    return IcpProfile.objects.drafts().filter(name=actions.LEARNED).first()


def _asked(best: Best) -> dict[str, str]:
    """The question as a form writes it."""
    asked = {"meaning": best.meaning.value, "amount": f"{best.amount:.0f}", "years": str(best.years)}
    return asked | ({"territory": str(best.territory.pk)} if best.territory else {})
