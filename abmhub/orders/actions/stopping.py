"""A play stops when one of its stop rules holds: what nobody has begun of it is cancelled."""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from abmhub.menus.models import Play
from abmhub.orders.actions.cancelling import withdraw
from abmhub.orders.actions.working import locked
from abmhub.orders.models import OrderLine, Task
from abmhub.orders.news import tell
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent

StopRule = Play.StopRule


def stop_plays(*, at: datetime, limit: int = 500) -> int:
    """Cancel the lines of plays that are stopped and tell whoever ordered them; return how many.

    Each in a transaction of its own: a task that somebody claims meanwhile goes on.
    """
    return sum(_stop(task_id, rule, at) for task_id, rule in list(_lines_to_stop(at)[:limit]))


def _lines_to_stop(at: datetime) -> QuerySet[OrderLine, tuple[int, str]]:
    """The task of each line of a play that nobody has begun, and the stop rule that holds."""
    open_deals = Opportunity.objects.filter(account=OuterRef("order__account"), stage__kind=Stage.Kind.OPEN)
    answers = EngagementEvent.objects.filter(
        account=OuterRef("order__account"),
        event_type__is_meaningful=True,
        occurred_at__gt=OuterRef("order__placed_at"),
        occurred_at__lte=at,
    )
    tier = "order__account__standing__tier"
    holds = {
        StopRule.CUSTOMER: Q(order__account__is_customer=True),
        StopRule.DEAL_OPENED: Exists(open_deals),
        StopRule.ENGAGED: Exists(answers),
        StopRule.TIER_LOST: Q(**{tier: None}) | ~Q(**{tier: F("order__tier")}),
    }
    stopped_by = Case(
        *(When(Q(order__play__stop_rules__contains=[rule]) & Q(it), then=Value(rule)) for rule, it in holds.items()),
        default=Value(""),
    )
    lines = OrderLine.objects.filter(state=OrderLine.State.ORDERED, order__play__isnull=False)
    stopped = lines.annotate(stopped_by=stopped_by).exclude(stopped_by="").order_by("pk")
    return stopped.values_list("task", "stopped_by")


@transaction.atomic
def _stop(task_id: int, rule: str, at: datetime) -> bool:
    """Cancel one line in the name of whoever ordered it; False when it was begun or cancelled meanwhile."""
    task = locked(Task(pk=task_id))
    if not task.line.can_be_cancelled:
        return False
    tell("play.stopped", task.line_id, at=at, line=task.line_id, rule=rule)
    withdraw(task, by=task.line.order.placed_by, at=at)
    return True
