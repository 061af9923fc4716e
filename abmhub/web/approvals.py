"""Approvals: what waits for my decision, and what do I have to know to decide?"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from abmhub.budgets.models import PARENTS, Envelope
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.approvals import Deciders, waiting_for
from abmhub.orders.models import Approval, Order, Recipient
from abmhub.users.models import User
from abmhub.web.paging import Page, page_of, path_with
from abmhub.web.requests import Request, must_be_allowed

DECIDE = "orders.decide_approval"
ROWS = 30

VERDICTS = {
    # what the button sends: the action, and what is said when it is done
    "approve": (actions.approve, "{order} is approved: marketing has its tasks now."),
    "decline": (actions.decline, "{order} is declined. Its money is free again."),
    "change": (actions.request_changes, "{order} went back to {by}. Its money stays reserved meanwhile."),
}

VIEWS = {"mine": "For you", "waiting": "All that wait", "decided": "Decided"}
EMPTY = {
    "mine": (
        "Nothing waits for your decision",
        "An order that needs your approval, or that of somebody whom you cover, shows here; you are told at once.",
    ),
    "waiting": ("No order waits", "Orders that the rules want approved wait here, and whoever ordered sees for whom."),
    "decided": ("Nothing was decided yet", "Every decision stays here with its reason."),
}


class DecisionForm(forms.Form):
    """Why: whoever ordered reads it, and so does who decides the next one."""

    reason = forms.CharField(
        max_length=500,
        label="Why?",
        help_text="Whoever ordered reads it at once, and it stays with the order.",
        error_messages={"required": "Say why in a sentence, for whatever you decide."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_GET
def list_approvals(request: Request) -> HttpResponse:
    """What waits for the person who looks, the oldest first; all that waits; and what was decided lately."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "mine"
    day = business_day(timezone.now())
    visible = Approval.objects.visible_to(request.user).for_list()
    if view == "mine":
        page: Page[Approval] = Page(waiting_for(request.user, day=day))
    elif view == "waiting":
        page = page_of(visible.pending(), request, by=("asked_at", "pk"), size=ROWS)
    else:
        page = page_of(visible.exclude(decided_at=None), request, by=("-decided_at", "-pk"), size=ROWS)
    deciders = Deciders(page.rows, day=day)
    context = {
        "rows": [(approval, deciders.names(approval) if approval.is_pending else "") for approval in page.rows],
        "page": page,
        "view": view,
        "tabs": [(label, path_with(request, view=name), name == view) for name, label in VIEWS.items()],
        "empty": EMPTY[view],
    }
    return render(request, "approvals/list.html", context)


@require_GET
def show_approval(request: Request, pk: int) -> HttpResponse:
    """Everything that whoever decides has to know, and the decision."""
    return _page(request, _approval_of(request, pk), DecisionForm())


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Approve, decline or ask for changes; refused: the page again, with what was typed."""
    approval = _approval_of(request, pk)
    must_be_allowed(request, DECIDE)
    if request.POST.get("verdict") not in VERDICTS:
        raise BadRequest("The form came without a decision: open the order again.")
    act, done = VERDICTS[request.POST["verdict"]]
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, approval, form, status=422)
    try:
        act(approval=approval, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, _approval_of(request, pk), form, status=422)
    told = done.format(order=approval.order, by=approval.asked_by)
    messages.success(request, f"{told} {approval.asked_by.get_short_name()} is told.")
    return redirect("approval-list")


def _approval_of(request: Request, pk: int) -> Approval:
    visible = Approval.objects.visible_to(request.user).for_list()
    approval: Approval = get_object_or_404(visible.select_related("order__account__standing__tier"), pk=pk)
    return approval


def _page(request: Request, approval: Approval, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    envelope = Envelope.objects.select_related(PARENTS).get(pk=approval.order.envelope_id)
    lines = approval.order.lines.current().select_related("tactic__category").order_by("pk")
    recipients = Recipient.objects.select_related("contact__buying_role").order_by("pk")
    context = {
        "approval": approval,
        "order": approval.order,
        "account": approval.order.account,
        "envelope": envelope,
        "lines": lines.prefetch_related(Prefetch("recipients", recipients)),
        "form": form,
        "breadcrumbs": [("Approvals", reverse("approval-list"))],
    } | approval_context(approval.order, request.user)
    return render(request, "approvals/show.html", context, status=status)


def approval_context(order: Order, user: User) -> dict[str, Any]:
    """How it stands with the approval of an order: the newest asking, whom it waits for, and all before it."""
    history = list(order.approvals.for_list().order_by("-asked_at", "-pk"))
    newest = history[0] if history else None
    context: dict[str, Any] = {"approvals": history, "newest": newest}
    if newest is None or not newest.is_pending:
        return context
    deciders = Deciders([newest], day=business_day(timezone.now()))
    return context | {"waits_for": deciders.names(newest), "is_decider": user in deciders.of(newest)}
