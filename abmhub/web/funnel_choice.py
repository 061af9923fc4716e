"""What of the double funnel somebody wants to see: the form behind its pages, and the tabs that lead between them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse

from abmhub.campaigns.models import Motion
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.double import newest_day
from abmhub.users.verbs import may
from abmhub.web.requests import Request

TABS = (
    ("funnel-show", "Funnel"),
    ("funnel-slices", "Slices"),
    ("funnel-cohorts", "Cohorts"),
    ("deal-figures", "Deals"),
    ("funnel-invest", "Invest next"),
    ("funnel-plan", "Reverse plan"),
    ("funnel-balance", "Balance"),
)
KEPT = ("on", "view", "since", "until", "benchmark")
"""What a tab leaves as it is."""
REPORTED, RESTATED = "reported", "restated"
HISTORY, TABLE = "history", "table"


def day_field(label: str) -> forms.DateField:
    return forms.DateField(required=False, label=label, widget=forms.DateInput(attrs={"type": "date"}))


class ChoiceForm(forms.Form):
    """Nothing said means the newest night as reported, all time, against our own history."""

    on = day_field("As known on")
    view = forms.ChoiceField(
        required=False, label="Told", choices=[(REPORTED, "as reported then"), (RESTATED, "restated by today's rules")]
    )
    since = day_field("Entered from")
    until = day_field("to")
    benchmark = forms.ChoiceField(
        required=False, label="Held against", choices=[(HISTORY, "our own history"), (TABLE, "the benchmark table")]
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            raise forms.ValidationError("The period ends before it begins.")
        return found


class CutForm(forms.Form):
    """By what to cut."""

    by = forms.ChoiceField(label="Cut by", choices=[(name, each.label) for name, each in DIMENSIONS.items()])
    by2 = forms.ChoiceField(
        label="and by",
        required=False,
        choices=[("", "nothing else"), *((name, each.label) for name, each in DIMENSIONS.items())],
    )
    motion = forms.ChoiceField(label="Motion", choices=Motion.choices)


@dataclass(frozen=True)
class Choice:
    """What is asked, with the form that asks it; `asked` is the day that was typed, which may have had no night."""

    form: ChoiceForm
    day: date
    asked: date | None
    is_restated: bool
    against_table: bool
    question: Question

    @property
    def has_period(self) -> bool:
        return bool(self.question.since or self.question.until)


def choice_of(request: Request) -> Choice | None:
    """What the address asks for; None before the first night. What makes no sense is left out, and the form says so."""
    form = ChoiceForm(request.GET or None)
    values = form.cleaned_data if form.is_valid() else {}
    asked: date | None = values.get("on")
    day = newest_day(until=asked) or newest_day()
    if day is None:
        return None
    is_restated = values.get("view") == RESTATED
    if is_restated and asked:
        day = asked
    initial = {name: values.get(name) for name in KEPT} | {"on": day}
    return Choice(
        form=form if form.errors else ChoiceForm(initial=initial),
        day=day,
        asked=asked,
        is_restated=is_restated,
        against_table=values.get("benchmark") == TABLE,
        question=Question(
            as_of=day, night=None if is_restated else day, since=values.get("since"), until=values.get("until")
        ),
    )


def tabs(request: Request, current: str) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is this page."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if value := request.GET.get(name):
            kept[name] = value
    words = f"?{kept.urlencode()}" if kept else ""
    shown = TABS if may(request.user, "funnel.plan") else TABS[:4]
    return [(label, f"{reverse(name)}{words}", name == current) for name, label in shown]


def require_cut(request: Request, default: str = "channel") -> tuple[CutForm, tuple[str, ...], Motion]:
    """The form, the dimensions and the motion. Raises Http404 for a dimension that is none."""
    form = CutForm({"by": default, "motion": Motion.ABM} | {name: request.GET[name] for name in request.GET})
    if not form.is_valid():
        raise Http404("There is no such way to cut the funnel.")
    by, by2 = form.cleaned_data["by"], form.cleaned_data["by2"]
    return form, (by, by2) if by2 and by2 != by else (by,), Motion(form.cleaned_data["motion"])
