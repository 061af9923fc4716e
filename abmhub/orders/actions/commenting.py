"""What people say about a task."""

from datetime import datetime

from django.db import transaction

from abmhub.core.refusals import NotAllowed, Refused
from abmhub.orders import mentions
from abmhub.orders.actions.words import trimmed
from abmhub.orders.models import Comment, Task
from abmhub.orders.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import require


class NothingSaid(Refused):
    """The comment is empty."""


@transaction.atomic
def comment(*, task: Task, by: User, at: datetime, text: str) -> Comment:
    """Say something about a task; the rep, whoever works on it and whoever it mentions are told.

    Raises NotAllowed for somebody who may not see the task, NothingSaid, TooLong, or mentions.NotMentionable.
    """
    require(by, "orders.comment")
    if not Task.objects.visible_to(by).filter(pk=task.pk).exists():
        raise NotAllowed("This task is not yours to comment on.")
    text = trimmed(text, limit=2000, what="A comment")
    if not text:
        raise NothingSaid("Write something first.")
    mentioned = mentions.people_in(text, task)
    said = Comment.objects.create(task=task, by=by, at=at, text=text)
    said.mentioned.set(mentioned)
    tell("comment.made", said.pk, at=at, comment=said.pk)
    return said
