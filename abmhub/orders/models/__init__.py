"""Orders and their lines; the tasks that fulfil them; the follow-ups that sales then owes."""

from abmhub.orders.models.address import AddressRequest
from abmhub.orders.models.approval import Approval, ApprovalRule
from abmhub.orders.models.backlog import Backlog
from abmhub.orders.models.bulk import BulkOrder, BulkOrderRow
from abmhub.orders.models.capacity import USUAL_HOURS_A_DAY, Capacity
from abmhub.orders.models.cover import Cover, Escalation, EscalationStep
from abmhub.orders.models.event import TaskEvent
from abmhub.orders.models.feed import CalendarFeed
from abmhub.orders.models.file import TaskFile
from abmhub.orders.models.order import Order, OrderLine, Recipient
from abmhub.orders.models.routing import RoutingRule, Skill, Turn
from abmhub.orders.models.task import Comment, FollowUp, Task, TaskStep
from abmhub.orders.models.touch_limit import TouchLimit

__all__ = [
    "USUAL_HOURS_A_DAY",
    "AddressRequest",
    "Approval",
    "ApprovalRule",
    "Backlog",
    "BulkOrder",
    "BulkOrderRow",
    "CalendarFeed",
    "Capacity",
    "Comment",
    "Cover",
    "Escalation",
    "EscalationStep",
    "FollowUp",
    "Order",
    "OrderLine",
    "Recipient",
    "RoutingRule",
    "Skill",
    "Task",
    "TaskEvent",
    "TaskFile",
    "TaskStep",
    "TouchLimit",
    "Turn",
]
