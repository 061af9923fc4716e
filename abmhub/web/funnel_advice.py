"""What the double funnel advises: where to invest next, what a revenue goal takes, and whether the balance swings."""

from dataclasses import replace
from decimal import Decimal

from django import forms
from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from abmhub.campaigns.models import Motion
from abmhub.core.numbers import money_text
from abmhub.funnel import cells
from abmhub.funnel.balance import balances
from abmhub.funnel.cells import DIMENSIONS
from abmhub.funnel.invest import ENOUGH, KEYS, Option, finding, options
from abmhub.funnel.models import FunnelStage
from abmhub.funnel.plan import plan, work_for
from abmhub.web.balance_picture import balance_picture
from abmhub.web.export import table_response
from abmhub.web.funnel_choice import Choice, choice_of, tabs
from abmhub.web.funnel_slices import exports
from abmhub.web.requests import Request, must_be_allowed

PLAN = "funnel.plan"
USUAL_GOAL = 1_000_000


class InvestForm(forms.Form):
    by = forms.ChoiceField(label="Put money in", choices=[(name, DIMENSIONS[name].label) for name in KEYS])
    stage = forms.ChoiceField(label="for the next", choices=[("sql", "SQL"), ("won", "won deal")])


class PlanForm(forms.Form):
    goal = forms.DecimalField(label="Revenue goal", min_value=1, max_digits=14, decimal_places=2)
    abm = forms.IntegerField(label="of it by ABM, %", min_value=0, max_value=100)


@require_GET
def show_invest(request: Request) -> HttpResponseBase:
    """Slices ranked by what their money brings."""
    must_be_allowed(request, PLAN)
    choice = choice_of(request)
    if choice is None:
        return render(request, "funnel/empty.html", {"funnel": None})
    form = InvestForm({"by": "channel", "stage": "sql"} | {name: request.GET[name] for name in request.GET})
    by, stage = ("channel", FunnelStage.SQL)
    if form.is_valid():
        by, stage = form.cleaned_data["by"], FunnelStage(form.cleaned_data["stage"])
    found = options(choice.question, by, stage=stage)
    if wish := request.GET.get("as"):
        header = [DIMENSIONS[by].label, "Spent", "SQLs", "Won deals", "Next costs", "At least", "At most", "Enough"]
        return table_response(f"invest-next-by-{by}", wish, header, (_flat(each, stage) for each in found))
    best = next((each.gain(stage).next_cost for each in found if each.gain(stage).is_enough), None)
    context = {
        "choice": choice,
        "tabs": tabs(request, "funnel-invest"),
        "cut": form,
        "label": DIMENSIONS[by].label,
        "options": [(each, each.gain(stage)) for each in found],
        "stage": stage,
        "what": "won deal" if stage == FunnelStage.WON else "SQL",
        "enough": ENOUGH,
        "finding": finding(found, stage, money_text(best and round(best), settings.ABMHUB_BUSINESS_CURRENCY)),
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
    }
    return render(request, "funnel/invest.html", context)


def _flat(option: Option, stage: FunnelStage) -> tuple[object, ...]:
    gain = option.gain(stage)
    low, high = gain.cost_interval or (None, None)
    return option.name, option.spent, option.sql.count, option.won.count, gain.next_cost, low, high, gain.is_enough


@require_GET
def show_plan(request: Request) -> HttpResponseBase:
    """From a revenue goal back to what has to be done for it."""
    must_be_allowed(request, PLAN)
    choice = choice_of(request)
    if choice is None:
        return render(request, "funnel/empty.html", {"funnel": None})
    form = PlanForm(
        {"goal": USUAL_GOAL, "abm": _usual_share(choice)} | {name: request.GET[name] for name in request.GET}
    )
    plans = []
    if form.is_valid():
        share = Decimal(form.cleaned_data["abm"]) / 100
        plans = plan(choice.question, goal=form.cleaned_data["goal"], abm_share=share)
    if plans and (wish := request.GET.get("as")):
        header = ["Motion", "Stage", "Needed", "At worst"]
        lines = ((each.motion.label, need.name, need.expected, need.at_worst) for each in plans for need in each.needs)
        return table_response("reverse-plan", wish, header, lines)
    context = {
        "choice": choice,
        "tabs": tabs(request, "funnel-plan"),
        "cut": form,
        "plans": plans,
        "work": work_for(plans[0].worked, choice.question) if plans and plans[0].worked else None,
        "units": {Motion.ABM.value: "accounts to engage", Motion.DEMAND_GEN.value: "MQLs to find"},
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "exports": exports(request),
    }
    return render(request, "funnel/plan.html", context)


def _usual_share(choice: Choice) -> int:
    """The percentage of won money that ABM brought so far."""
    found = cells.count(replace(choice.question, motion=None)).get((None, None), {})
    abm, demand_gen = (
        cell.value_amount if (cell := found.get((motion, FunnelStage.WON))) else Decimal(0) for motion in Motion
    )
    return round(100 * abm / (abm + demand_gen)) if abm + demand_gen else 50


@require_GET
def show_balance(request: Request) -> HttpResponseBase:
    """ABM's share of pipeline, revenue, spend and effort, month by month, with control limits."""
    must_be_allowed(request, PLAN)
    choice = choice_of(request)
    if choice is None:
        return render(request, "funnel/empty.html", {"funnel": None})
    found = balances(until=choice.day)
    if wish := request.GET.get("as"):
        header = ["Measure", "Month", "ABM", "Demand gen", "ABM's share"]
        lines = (
            (each.measure.label, month.month_on, month.abm, month.demand_gen, month.share)
            for each in found
            for month in each.months
        )
        return table_response("balance", wish, header, lines)
    context = {
        "choice": choice,
        "tabs": tabs(request, "funnel-balance"),
        "balances": [(each, balance_picture(each) if len(each.months) > 1 else None) for each in found],
        "alarms": [each for each in found if each.is_swinging],
        "exports": exports(request),
    }
    return render(request, "funnel/balance.html", context)
