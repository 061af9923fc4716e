"""The one timeline of an order line, read alike by the rep who ordered and the marketer who makes it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from abmhub.orders.models import Approval, Comment, FollowUp, OrderLine, TaskEvent, TaskFile, TaskStep

Kind = TaskEvent.Kind
ICONS = {
    Kind.CLAIMED: "hand",
    Kind.RELEASED: "undo-2",
    Kind.ROUTED: "route",
    Kind.HANDED_OVER: "arrow-right-left",
    Kind.WAITING: "pause",
    Kind.RESUMED: "play",
    Kind.DUE_SOON: "bell",
    Kind.OVERDUE: "triangle-alert",
    Kind.CHANGED: "pencil",
    Kind.ADDRESS_ASKED: "map-pin",
    Kind.ADDRESS_CONFIRMED: "map-pin-check",
}
TONES = {Kind.DUE_SOON: "waiting", Kind.OVERDUE: "danger"}


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `person` is who did it, empty when nobody did."""

    at: datetime
    title: str
    icon: str
    person: str = ""
    note: str = ""
    tone: str = ""


def timelines(lines: Sequence[OrderLine], *, at: datetime) -> dict[int, list[Moment]]:
    """What happened to each line until `at`, newest first, by its key.

    So many queries as there are sources, however many lines; `order__placed_by` and `task__assignee` come along.
    """
    # Of what happened at the same moment, what is told first comes first: an order before its claim.
    told = {line.pk: [_ordered(line)] for line in lines}
    by_task = {line.task.pk: line for line in lines}
    claims: set[int] = set()
    for event in TaskEvent.objects.filter(task__in=by_task).select_related("by", "person").order_by("pk"):
        claims |= {event.task_id} if event.kind == Kind.CLAIMED else set()
        told[by_task[event.task_id].pk].append(_of_event(event))
    for source in SOURCES:
        for task_id, moment in source(by_task):
            told[by_task[task_id].pk].append(moment)
    for line in lines:
        told[line.pk] += _of_line(line, is_claim_known=line.task.pk in claims)
    for approval in Approval.objects.filter(order__in={line.order_id for line in lines}).select_related("decided_by"):
        for line in lines:
            if line.order_id == approval.order_id:
                told[line.pk] += _of_approval(approval)
    for follow_up in FollowUp.objects.filter(line__in=lines).select_related("owner"):
        told[follow_up.line_id] += _of_follow_up(follow_up, at)
    return {pk: sorted(moments, key=lambda moment: moment.at)[::-1] for pk, moments in told.items()}


def _ordered(line: OrderLine) -> Moment:
    order = line.order
    return Moment(order.placed_at, f"Ordered as {order.number}", "shopping-basket", order.placed_by.name, order.note)


def _of_line(line: OrderLine, *, is_claim_known: bool) -> Iterator[Moment]:
    """How it ended; and the claim of a task that is older than its history."""
    task = line.task
    assignee = task.assignee.name if task.assignee else ""
    if task.claimed_at and assignee and not is_claim_known:
        yield Moment(task.claimed_at, "Claimed", "hand", assignee)
    if line.delivered_at:
        yield Moment(line.delivered_at, "Delivered", "package-check", assignee, line.delivery_note, "ok")
    if line.cancelled_at:
        yield Moment(line.cancelled_at, "Cancelled", "x", tone="danger")


def _of_event(event: TaskEvent) -> Moment:
    kind = Kind(event.kind)
    to = f" to {event.person}" if event.person else ""
    by = event.by.name if event.by else ""
    return Moment(event.at, f"{kind.label}{to}", ICONS[kind], by, event.note, TONES.get(kind, ""))


def _of_approval(approval: Approval) -> Iterator[Moment]:
    yield Moment(approval.asked_at, "Waits for approval", "stamp", note=approval.why)
    if approval.decided_at:
        by = approval.decided_by.name if approval.decided_by else ""
        tone = "ok" if approval.state == Approval.State.APPROVED else "danger"
        yield Moment(approval.decided_at, approval.get_state_display(), "gavel", by, approval.reason, tone)


def _steps(tasks: Iterable[int]) -> Iterator[tuple[int, Moment]]:
    for step in TaskStep.objects.filter(task__in=tasks).exclude(done_at=None).select_related("done_by"):
        if step.done_at:
            by = step.done_by.name if step.done_by else ""
            yield step.task_id, Moment(step.done_at, step.name, "check", by, step.proof_text)


def _comments(tasks: Iterable[int]) -> Iterator[tuple[int, Moment]]:
    for comment in Comment.objects.filter(task__in=tasks).select_related("by"):
        yield comment.task_id, Moment(comment.at, "Comment", "message-square", comment.by.name, comment.text)


def _files(tasks: Iterable[int]) -> Iterator[tuple[int, Moment]]:
    for file in TaskFile.objects.filter(task__in=tasks).select_related("by", "step"):
        proof = f"Proof of: {file.step}" if file.step else ""
        yield file.task_id, Moment(file.at, f"File {file.name}", "paperclip", file.by.name, proof)


def _of_follow_up(follow_up: FollowUp, at: datetime) -> Iterator[Moment]:
    owner = follow_up.owner.name
    if follow_up.due_at < min(at, follow_up.done_at or at):
        yield Moment(follow_up.due_at, "Follow-up missed", "phone-missed", owner, tone="danger")
    if follow_up.done_at:
        yield Moment(follow_up.done_at, "Followed up", "phone", owner, follow_up.note, "ok")


SOURCES: tuple[Callable[[Iterable[int]], Iterator[tuple[int, Moment]]], ...] = (_steps, _comments, _files)
"""What happens to tasks, each as pairs of a task's key and a moment."""
