"""Home: what needs me now? Each role has its own answer, and an empty installation its first steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account, Standing, TierChange
from abmhub.accounts.models.standing import ROSE
from abmhub.accounts.scope import Scope
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.funnel.balance import alarms
from abmhub.funnel.models import DealSnapshot
from abmhub.menus.models import Tactic
from abmhub.orders.approvals import waiting_for
from abmhub.orders.models import Approval, FollowUp, OrderLine, Task
from abmhub.orders.queue import QueueView, count_each, tasks_in
from abmhub.pipeline.models import Opportunity
from abmhub.scoring.filters import DECISION_MAKER, SURGING_FROM
from abmhub.scoring.models import TierAppeal
from abmhub.signals.models import EngagementEvent
from abmhub.users.models import Role, User
from abmhub.users.verbs import may
from abmhub.web.requests import Request

ROWS = 6
MOVED_WITHIN = timedelta(days=7)
QUIET_FOR = timedelta(days=30)
QUIET_AFTER = timedelta(days=90)
DUE_WITHIN = timedelta(days=7)
CARED_FOR_TIERS = (1, 2)
OPEN = (OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION)


@dataclass(frozen=True)
class Step:
    """Something to set up, and whether it is done."""

    name: str
    about: str
    verb: str
    url_name: str
    is_done: bool


@require_GET
def show_home(request: Request) -> HttpResponse:
    """One page for everybody, with the sections of the person's role."""
    at = timezone.now()
    user, day = request.user, business_day(at)
    if not Account.objects.exists():
        steps = _first_steps() if user.role == Role.ADMIN else []
        return render(request, "home/empty.html", {"steps": steps, "next_step": _next(steps)})
    sections = SECTIONS[Role(user.role)]
    context = sections.gather(user, at, day)
    context |= _approvals(user, day)
    context |= {"today": day, "greeting": _greeting(at), "template": sections.template}
    return render(request, "home/show.html", context)


def _approvals(user: User, day: date) -> dict[str, Any]:
    """Orders that wait for this person's decision, and their own that went back to be changed; the oldest first."""
    changes = Approval.objects.visible_to(user).to_change().filter(asked_by=user).for_list().oldest_first()
    return {
        "approvals": waiting_for(user, day=day)[:ROWS] if may(user, "orders.decide_approval") else [],
        "to_change": changes[:ROWS] if may(user, "orders.place_order") else [],
    }


def _greeting(at: datetime) -> str:
    hour = timezone.localtime(at).hour
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 18 else "Good evening"


def _for_sales(user: User, at: datetime, day: date) -> dict[str, Any]:
    """Follow-ups owed, accounts that moved, orders that come due; a manager sees those of the team."""
    scope = Scope.of(user)
    visible = scope.accounts()
    owed = scope.rows(FollowUp.objects.all()).owed()
    lines = scope.rows(OrderLine.objects.all()).filter(state__in=OPEN, promised_on__lte=day + DUE_WITHIN)
    lines = lines.exclude(task__state=Task.State.HELD)
    if user.role == Role.SALES_REP:
        owed = owed.filter(owner=user)
    return {
        "follow_ups": owed.select_related("account", "owner", "line__tactic", "line__order").order_by("due_at", "pk")[
            :ROWS
        ],
        "now": at,
        "may_follow_up": may(user, "orders.finish_follow_up"),
        "rose": _rose(visible, day),
        "surging": _surging(visible, day),
        "quiet": _gone_quiet(visible, at),
        "undecided": _without_decision_maker(visible),
        "lines": lines.select_related("order__account", "tactic__category").order_by("promised_on", "pk")[:ROWS],
        "is_manager": user.role == Role.SALES_MANAGER,
        "swings": alarms(until=day) if user.role == Role.SALES_MANAGER else [],
    }


def _rose(visible: QuerySet[Account], day: date) -> QuerySet[TierChange]:
    """Moves to a higher tier of the last days."""
    order = ("to_tier_id", "-changed_on", "-pk")
    moves = TierChange.objects.filter(ROSE, changed_on__gt=day - MOVED_WITHIN, account__in=visible)
    # Found first: beside the tables of what is shown the database would not walk the index of this order.
    found = TierChange.objects.filter(pk__in=moves.order_by(*order).values("pk")[:ROWS])
    return found.select_related("account", "from_tier", "to_tier").order_by(*order)


def _surging(visible: QuerySet[Account], day: date) -> QuerySet[Standing]:
    """Those whose intent is a surge and whose priority last went up, in the last days."""
    found = Standing.objects.filter(
        account__in=visible,
        intent__gte=SURGING_FROM,
        priority__gt=F("previous_priority"),
        priority_since_on__gt=day - MOVED_WITHIN,
    ).select_related("account", "tier")
    return found.order_by("-priority", "-account")[:ROWS]


def _gone_quiet(visible: QuerySet[Account], at: datetime) -> QuerySet[Standing]:
    """Accounts of the higher tiers that were engaged, and were not heard of for thirty days."""
    heard_of = EngagementEvent.objects.filter(account=OuterRef("account"), event_type__is_meaningful=True)
    found = Standing.objects.filter(
        Exists(heard_of.filter(occurred_at__gt=at - QUIET_AFTER)),
        ~Exists(heard_of.filter(occurred_at__gt=at - QUIET_FOR)),
        account__in=visible,
        tier__in=CARED_FOR_TIERS,
    )
    return found.select_related("account", "tier").order_by("-priority", "-account")[:ROWS]


def _without_decision_maker(visible: QuerySet[Account]) -> QuerySet[Standing]:
    known = Contact.objects.filter(account=OuterRef("account"), buying_role__code=DECISION_MAKER)
    found = Standing.objects.filter(~Exists(known), account__in=visible, tier__in=CARED_FOR_TIERS)
    return found.select_related("account", "tier").order_by("-priority", "-account")[:ROWS]


def _counts(user: User, day: date) -> dict[str, int]:
    """The queue in four figures, in one query; see `count_each`."""
    tasks = Task.objects.visible_to(user)
    views = (QueueView.OVERDUE, QueueView.UNASSIGNED, QueueView.WAITING)
    found = {view.value: tasks_in(tasks, view, user=user, day=day) for view in views}
    return count_each(found | {"due_today": tasks.unfinished().filter(due_on=day)}, user=user)


def _for_marketer(user: User, at: datetime, day: date) -> dict[str, Any]:
    """One's own tasks, the most urgent first, and how much work waits for somebody."""
    mine = Task.objects.visible_to(user).unfinished().filter(assignee=user)
    return {
        "tasks": mine.for_queue().due_first()[: ROWS + 2],
        "missed": FollowUp.objects.visible_to(user).missed_by_sales(user, at)[:ROWS],
        "counts": _counts(user, day),
        "mine": mine.aggregate(
            # Not of keys: the index of whose tasks they are has all that this asks for.
            overdue=Count("due_on", filter=~Q(state=Task.State.WAITING) & Q(due_on__lt=day)),
            due_today=Count("due_on", filter=Q(due_on=day)),
            all=Count("due_on"),
        ),
    }


def _for_marketing_manager(user: User, at: datetime, day: date) -> dict[str, Any]:
    """Promises that are broken, and money that is running out."""
    late = Task.objects.visible_to(user).overdue(day)
    return {
        "tasks": late.for_queue().due_first()[: ROWS + 2],
        "appeals": _appeals(user),
        "counts": _counts(user, day),
        "envelopes": _nearly_empty(user, day),
        "swings": alarms(until=day),
    }


def _appeals(user: User) -> QuerySet[TierAppeal]:
    """Somebody says that a tier is wrong, and waits for an answer; the oldest first."""
    return TierAppeal.objects.visible_to(user).open().select_related("account", "tier", "made_by")[:ROWS]


def _nearly_empty(user: User, day: date) -> QuerySet[Envelope]:
    """Envelopes of today of which little is left, the emptiest first."""
    return Envelope.objects.visible_to(user).filter(starts_on__lte=day, ends_on__gte=day).nearly_empty()[:ROWS]


def _for_admin(user: User, at: datetime, day: date) -> dict[str, Any]:
    """What the house needs: rows nobody has settled, the night, promises and money."""
    unsettled = Opportunity.objects.unsettled().aggregate(
        account=Count("pk", filter=Q(account=None)),
        product=Count("pk", filter=Q(product=None) & ~Q(product_name="")),
    )
    last_night = Run.objects.filter(job="nightly").order_by("-business_day").first()
    steps = _first_steps()
    return {
        "appeals": _appeals(user),
        "unsettled": unsettled,
        "last_night": last_night,
        "steps": [step for step in steps if not step.is_done],
        "next_step": _next(steps),
        "counts": _counts(user, day),
        "envelopes": _nearly_empty(user, day),
    }


def _first_steps() -> list[Step]:
    day = business_day(timezone.now())
    return [
        Step(
            "Bring in your accounts",
            "A CSV file of your CRM is enough.",
            "Import accounts",
            "import-new",
            Account.objects.exists(),
        ),
        Step(
            "Let your people in",
            "Import them with their teams and territories, or add them; a link lets each choose a password.",
            "Open users",
            "admin:users_user_changelist",
            User.objects.exclude(email=None).filter(role=Role.SALES_REP).exists(),
        ),
        Step(
            "Add people to the buying committees",
            "Orders go to contacts with an email or a phone: from a file, or on the page of the account.",
            "Import contacts",
            "import-new",
            Contact.objects.exists(),
        ),
        Step(
            "Approve tactics for the menu",
            "Only approved tactics can be ordered.",
            "Open tactics",
            "admin:menus_tactic_changelist",
            Tactic.objects.orderable().exists(),
        ),
        Step(
            "Fill an envelope for each tier",
            "Orders are paid from it, and can never overdraw it.",
            "Make an envelope",
            "admin:budgets_envelope_add",
            Envelope.objects.filter(starts_on__lte=day, ends_on__gte=day).exists(),
        ),
        Step(
            "Let the first night run",
            "It scores every account and finds its tier.",
            "Open runs",
            "admin:core_run_changelist",
            Run.objects.last_finished("nightly") is not None,
        ),
    ]


def _next(steps: list[Step]) -> Step | None:
    """The step to take now: the first that is open."""
    return next((step for step in steps if not step.is_done), None)


def _for_analyst(user: User, at: datetime, day: date) -> dict[str, Any]:
    """The deals of both motions as the last night froze them."""
    newest = DealSnapshot.objects.order_by("-snapshot_on").values("snapshot_on")[:1]
    return {
        "deals": DealSnapshot.objects.filter(snapshot_on=newest).exclude(motion="").order_by("motion"),
    }


@dataclass(frozen=True)
class Sections:
    """What a role sees: a template and what it needs."""

    template: str
    gather: Callable[[User, datetime, date], dict[str, Any]]


SECTIONS = {
    Role.SALES_REP: Sections("home/sales.html", _for_sales),
    Role.SALES_MANAGER: Sections("home/sales.html", _for_sales),
    Role.MARKETER: Sections("home/marketer.html", _for_marketer),
    Role.MARKETING_MANAGER: Sections("home/marketing_manager.html", _for_marketing_manager),
    Role.ADMIN: Sections("home/admin.html", _for_admin),
    Role.ANALYST: Sections("home/analyst.html", _for_analyst),
}
