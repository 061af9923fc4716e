"""Orders and their lines; the tasks that fulfil them; the follow-ups that sales then owes."""

from abmhub.orders.models.order import Order, OrderLine, Recipient
from abmhub.orders.models.task import Comment, FollowUp, Task, TaskStep

__all__ = [
    "Comment",
    "FollowUp",
    "Order",
    "OrderLine",
    "Recipient",
    "Task",
    "TaskStep",
]
