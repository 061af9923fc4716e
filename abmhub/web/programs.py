"""Programs: what do we run for whom, what does it cost, and what has it brought?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.accounts.models import Account
from abmhub.campaigns.actions import ChangedMeanwhile, audience_of, freeze_program, mark_of, write_program
from abmhub.campaigns.models import Campaign, Motion, NamingConvention, Program, ProgramAccount
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.funnel import cells
from abmhub.funnel.cell import Cell
from abmhub.funnel.cells import Question
from abmhub.funnel.double import newest_day, stage_names
from abmhub.funnel.models import FunnelStage
from abmhub.users.verbs import may
from abmhub.web.export import Table, asked_table, table_response
from abmhub.web.paging import page_of
from abmhub.web.requests import Request, must_be_allowed

EDIT, FREEZE, SEE_MONEY = "campaigns.edit", "campaigns.freeze", "campaigns.see_money"


class ProgramForm(forms.ModelForm[Program]):
    """What a program is. For whom and when it runs stays as it is once the list is frozen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """What was there when the form was opened."""

    FIXED = ("period", "starts_on", "tiers", "territories", "segment")

    class Meta:
        model = Program
        fields = (
            "name", "audience", "period", "starts_on", "tiers", "territories", "segment", "budget_amount", "currency",
            "objectives",
        )  # fmt: skip
        labels = {"budget_amount": "Budget", "segment": "Account group"}
        help_texts = {
            "tiers": "None chosen: every account that has a tier.",
            "territories": "None chosen: everywhere.",
        }
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}),
            "objectives": forms.Textarea(attrs={"rows": 4}),
            "tiers": forms.CheckboxSelectMultiple,
            "territories": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = mark_of(self.instance)
        group: Any = self.fields["segment"]
        group.choices = [("", "Every group"), *(choice for choice in group.choices if choice[0])]
        convention = NamingConvention.objects.filter(subject=NamingConvention.Subject.AUDIENCE).first()
        if convention:
            self.fields["audience"].help_text = f"{convention.explanation} For example: {convention.example}"
        if self.instance.is_frozen:
            for name in self.FIXED:
                self.fields[name].disabled = True
                self.fields[name].help_text = "Fixed with the list of accounts."


@dataclass(frozen=True)
class Step:
    """A stage of a motion as the accounts of a program, or its campaigns, reached it."""

    name: str
    cell: Cell
    path: str


def _state(program: Program, today: date) -> tuple[str, str]:
    """A word and its tone."""
    if not program.is_frozen:
        return "Draft", "waiting"
    if today < program.starts_on:
        return "Coming", "info"
    return ("Over", "waiting") if today > program.ends_on else ("Running", "ok")


@require_GET
def list_programs(request: Request) -> HttpResponseBase:
    """Every program with its period, list, money and state, the newest first."""
    today = business_day(timezone.now())
    found = Program.objects.with_sums()
    sees_money = may(request.user, SEE_MONEY)
    if wish := request.GET.get("as"):
        header = ["Program", "Audience", "State", "From", "To", "Accounts"]
        lines = (
            [each.name, each.audience, _state(each, today)[0], each.starts_on, each.ends_on, each.account_count]
            + ([each.budget_amount, each.spent_amount, each.currency] if sees_money else [])
            for each in found.order_by("-starts_on", "-pk")
        )
        return table_response("programs", wish, header + (["Budget", "Spent", "Currency"] if sees_money else []), lines)
    page = page_of(found, request, by=("-starts_on", "-pk"))
    context = {
        "page": page,
        "programs": [(each, *_state(each, today)) for each in page.rows],
        "sees_money": sees_money,
        "may_edit": may(request.user, EDIT),
        "exports": [(kind.upper(), f"?as={kind}") for kind in ("csv", "xlsx")],
    }
    return render(request, "programs/list.html", context)


@require_GET
def show_program(request: Request, pk: int) -> HttpResponseBase:
    """One program: its list, objectives and money, and how far it has brought its accounts."""
    program = get_object_or_404(Program.objects.with_sums().select_related("frozen_by"), pk=pk)
    members = ProgramAccount.objects.filter(
        program=program, account__in=Account.objects.visible_to(request.user)
    ).select_related("account__owner", "account__standing__tier", "tier")
    today = business_day(timezone.now())
    sees_money = may(request.user, SEE_MONEY)
    campaigns = (
        Campaign.objects.filter(program=program)
        .select_related("channel")
        .annotate(amount=Sum("spend__amount"))
        .order_by("started_on", "pk")
    )
    tables = {
        "": lambda: _account_table(members.order_by("account__name", "pk")),
        "stages": lambda: _step_table(_steps(program, today)),
        "campaigns": lambda: _campaign_table(campaigns, program.currency, sees_money=sees_money),
    }
    if file := asked_table(request, f"program-{pk}", tables):
        return file
    state, tone = _state(program, today)
    steps = _steps(program, today)
    won = sum((each.cell.value_amount for each in steps if each.cell.stage == FunnelStage.WON), Decimal(0))
    spent: Decimal = program.spent_amount
    page = page_of(members, request, by=("pk",), size=25)
    context = {
        "program": program,
        "state": state,
        "tone": tone,
        "audience": audience_of(program).count() if not program.is_frozen else None,
        "page": page,
        "steps": steps,
        "won_amount": won,
        # Before the first win it would say -100%, whatever is still open.
        "roi": (won - spent) / spent if spent and won else None,
        "left_amount": program.budget_amount - spent,
        "campaigns": campaigns,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "sees_money": sees_money,
        "may_edit": may(request.user, EDIT),
        "may_freeze": may(request.user, FREEZE) and not program.is_frozen,
        "breadcrumbs": [("Programs", reverse("program-list"))],
    }
    return render(request, "programs/show.html", context)


def _account_table(members: Any) -> Table:
    return ("Account", "Tier when frozen", "Tier now", "Owner"), _flat(members)


def _flat(members: Any) -> Iterator[list[Any]]:
    for member in members.iterator(chunk_size=2_000):
        account = member.account
        yield [
            account.name,
            str(member.tier or ""),
            str(account.standing.tier or "") if hasattr(account, "standing") else "",
            account.owner.name if account.owner else "",
        ]


def _step_table(steps: list[Step]) -> Table:
    header = ("Motion", "Stage", "Reached", "Share of the stage before", "Low", "High", "Median days", "Money")
    return header, (
        (
            each.cell.motion.label, each.name, each.cell.volume, each.cell.conversion,
            *(each.cell.interval or (None, None)), each.cell.median_days, each.cell.value_amount,
        )
        for each in steps
    )  # fmt: skip


def _campaign_table(campaigns: QuerySet[Campaign, Any], currency: str, *, sees_money: bool) -> Table:
    header = ["Campaign", "Motion", "Channel", "Began", *(["Spent", "Currency"] if sees_money else [])]
    return header, (
        [each.name, each.get_motion_display(), each.channel.name, each.started_on]
        + ([each.amount, currency] if sees_money else [])
        for each in campaigns
    )


def _steps(program: Program, today: date) -> list[Step]:
    """The double funnel of the program over its period so far, as the newest night knows it."""
    night = newest_day()
    if night is None or program.starts_on > today:
        return []
    question = Question(as_of=night, night=night, since=program.starts_on, until=program.ends_on)
    found = cells.count(question, ("program",)).get((str(program.pk), None), {})
    names = stage_names()
    return [
        Step(names.get((motion, stage), stage.label), cell, _rows_path(program, night, cell))
        for motion in (Motion.ABM, Motion.DEMAND_GEN)
        for stage in FunnelStage
        if (cell := found.get((motion, stage)))
    ]


def _rows_path(program: Program, night: date, cell: Cell) -> str:
    asked: dict[str, str | int] = {
        "motion": cell.motion.value,
        "stage": cell.stage.value,
        "on": str(night),
        "since": str(program.starts_on),
        "until": str(program.ends_on),
        "by1": "program",
        "key1": program.pk,
    }
    return f"{reverse('funnel-rows')}?{urlencode(asked)}"


@require_http_methods(["GET", "POST"])
def add_program(request: Request) -> HttpResponse:
    """Start a program; its list is frozen later."""
    return _edited(request, Program(currency=settings.ABMHUB_BUSINESS_CURRENCY))


@require_http_methods(["GET", "POST"])
def edit_program(request: Request, pk: int) -> HttpResponse:
    """Change a program."""
    return _edited(request, get_object_or_404(Program, pk=pk))


def _edited(request: Request, program: Program) -> HttpResponse:
    must_be_allowed(request, EDIT)
    back = reverse("program-show", args=[program.pk]) if program.pk else reverse("program-list")
    form = ProgramForm(request.POST or None, instance=program)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = form.cleaned_data
            try:
                write_program(
                    program=form.instance,
                    tiers=chosen["tiers"],
                    territories=chosen["territories"],
                    by=request.user,
                    seen=chosen["seen"],
                )
            except ChangedMeanwhile as changed:
                form.add_error(None, changed.message)
                posted = request.POST.copy()
                posted["seen"] = mark_of(Program.objects.get(pk=program.pk))
                form.data = posted
                status = 409
            except Refused as refused:
                form.add_error(None, refused.message)
                status = 409
            else:
                messages.success(request, f"{program.name} is saved.")
                return redirect("program-show", form.instance.pk)
    context = {"form": form, "program": program, "back": back, "breadcrumbs": [("Programs", reverse("program-list"))]}
    return render(request, "programs/edit.html", context, status=status)


@require_POST
def freeze(request: Request, pk: int) -> HttpResponse:
    """Fix the list of accounts."""
    must_be_allowed(request, FREEZE)
    program = get_object_or_404(Program, pk=pk)
    try:
        count = freeze_program(program=program, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(
            request, f"The list of {program} holds {'1 account' if count == 1 else f'{count:,} accounts'}."
        )
    return redirect("program-show", pk)
