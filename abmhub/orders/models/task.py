"""Marketing work made from an order line, and what sales owes after it is delivered."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Account, OfAccountQuerySet
from abmhub.core.workdays import Calendar, calendar
from abmhub.orders.models.event import TaskEvent
from abmhub.orders.models.order import OrderLine, Recipient
from abmhub.users.models import User

URGENT = 200
"""So many of the most urgent tasks are looked at for whoever asks for the next one."""


class TaskQuerySet(OfAccountQuerySet["Task"]):
    account_path = "line__order__account"

    def unfinished(self) -> Self:
        return self.filter(state__in=Task.UNFINISHED)

    def unassigned(self) -> Self:
        return self.unfinished().filter(assignee=None)

    def overdue(self, day: date) -> Self:
        """Unfinished work promised for an earlier day; waiting on others does not count."""
        return self.unfinished().exclude(state=Task.State.WAITING).filter(due_on__lt=day)

    def for_queue(self) -> Self:
        """With everything that a line of the queue says, in the same query."""
        return self.select_related("line__tactic__category", "line__order__account", "line__order__tier", "assignee")

    def with_brief(self) -> Self:
        """For the page of one task: who it is for, why, what was agreed; steps and recipients in two more queries."""
        return self.select_related(
            "line__tactic__category",
            "line__order__account__standing__tier",
            "line__order__account__owner",
            "line__follow_up__owner",
            "line__order__tier",
            "line__order__placed_by",
            "assignee",
        ).prefetch_related(
            models.Prefetch("steps", TaskStep.objects.select_related("done_by").order_by("position")),
            models.Prefetch(
                "line__recipients",
                Recipient.objects.select_related("contact__buying_role", "contact__persona__buying_role").order_by(
                    "contact__name"
                ),
            ),
        )

    def urgent_for(self, user: User) -> Self:
        """Of what nobody has begun: the most urgent that nobody has, and that this person was given.

        Not all of it, however long the queue is: an index leads to the first of each, and ends there.
        """
        to_do = self.filter(state=Task.State.TO_DO)
        free, own = (to_do.filter(assignee=whose).due_first().values("pk")[:URGENT] for whose in (None, user))
        # Said of the rows too: PostgreSQL asks them again after it has waited for their lock.
        still = models.Q(assignee=None) | models.Q(assignee=user)
        return to_do.filter(still, pk__in=free.union(own, all=True))

    def due_first(self) -> Self:
        """The order of the queue: the most urgent first."""
        return self.order_by("due_on", "pk")

    def unannounced(self) -> Self:
        """What marketers have not heard of, without what is held until its order is approved."""
        return self.filter(announced_at=None).exclude(state=Task.State.HELD).order_by("pk")

    def unrouted(self) -> Self:
        """What nobody has and no rule was asked about."""
        return self.filter(state=Task.State.TO_DO, assignee=None, routed_at=None).order_by("pk")


class Task(models.Model):
    """A unit of marketing work for one order line."""

    class State(models.TextChoices):
        HELD = "held", "Waiting for approval"
        TO_DO = "to_do", "To do"
        IN_PROGRESS = "in_progress", "In progress"
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    class WaitingOn(models.TextChoices):
        REP = "rep", "The rep"
        RECIPIENT = "recipient", "A recipient"
        VENDOR = "vendor", "A vendor"

    UNFINISHED = (State.TO_DO, State.IN_PROGRESS, State.WAITING)

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="task")
    name = models.CharField(max_length=150)
    state = models.CharField(max_length=12, choices=State, default=State.TO_DO)
    assignee = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="tasks")
    due_on = models.DateField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    waiting_on = models.CharField(max_length=10, choices=WaitingOn, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    waiting_note = models.CharField(max_length=300, blank=True)
    paused_days = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Working days on which rep or recipient had to act."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    routed_at = models.DateTimeField(null=True, blank=True, help_text="When rules said whose it is; a sweep fills it.")
    announced_at = models.DateTimeField(null=True, blank=True, help_text="When marketers were told; a sweep fills it.")

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", waiting_since__isnull=False)
                | ~models.Q(state="waiting") & models.Q(waiting_since=None),
                name="task_waiting_has_a_start",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("done", "cancelled"), finished_at__isnull=False)
                | ~models.Q(state__in=("done", "cancelled")) & models.Q(finished_at=None),
                name="task_finished_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held") | models.Q(assignee=None, claimed_at=None),
                name="task_held_is_nobodys",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(state__in=("to_do", "in_progress", "waiting")),
                name="task_queue",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(state="to_do", assignee=None),
                name="task_claim_next",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(state__in=("in_progress", "waiting"), assignee=None),
                name="task_left_behind",
            ),
            models.Index(fields=["assignee", "state", "due_on"], name="task_of_assignee"),
            models.Index(fields=["due_on", "id"], condition=models.Q(state="waiting"), name="task_waiting"),
            models.Index(
                fields=["-finished_at", "-id"], condition=~models.Q(finished_at=None), name="task_finished_newest"
            ),
            models.Index(fields=["id"], condition=models.Q(announced_at=None), name="task_unannounced"),
            models.Index(
                fields=["id"], condition=models.Q(state="to_do", assignee=None, routed_at=None), name="task_unrouted"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> Calendar:
        """Of the team that does it: of whoever has it, else of the one that its recipe named, else everybody's."""
        team = self.assignee.team if self.assignee else None
        return calendar((team.calendar_id if team else None) or self.line.calendar_id)

    @property
    def steps_done(self) -> int:
        """How many steps are ticked; lists prefetch the steps."""
        return sum(step.done_at is not None for step in self.steps.all())

    def record(
        self, kind: TaskEvent.Kind, *, at: datetime, by: User | None, person: User | None = None, note: str = ""
    ) -> TaskEvent:
        """Add a line to its history."""
        return self.events.create(kind=kind, at=at, by=by, person=person, note=note[:300])

    def is_overdue(self, day: date) -> bool:
        """Whether the promise is broken on that day; the clock rests while waiting."""
        return self.state in (self.State.TO_DO, self.State.IN_PROGRESS) and self.due_on < day


class TaskStep(models.Model):
    """One step of the recipe that was ordered. `after` are the positions of the steps that come before it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    after = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[], blank=True)
    checklist = ArrayField(models.CharField(max_length=120), default=list, db_default=[], blank=True)
    hours = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0), db_default=0)
    checked = ArrayField(
        models.PositiveSmallIntegerField(), default=list, db_default=[], blank=True, help_text="Ticked, counted from 0."
    )
    proof = models.CharField(max_length=20, blank=True, db_default="", help_text="What shows that it is done.")
    proof_text = models.CharField(
        max_length=500, blank=True, db_default="", help_text="The note or link that shows it."
    )
    assignee = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    covered_for = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+",
        help_text="Whose it is again when they are back; empty: nobody is away.",
    )  # fmt: skip
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="task_step_position")]
        indexes = [
            models.Index(fields=["covered_for"], condition=~models.Q(covered_for=None), name="task_step_covered"),
        ]

    def __str__(self) -> str:
        return self.name


class CommentQuerySet(models.QuerySet["Comment"]):
    def thread(self) -> Self:
        """In the order in which they were said, with who said it and `names`, those of whom it mentions."""
        names = ArrayAgg("mentioned__name", filter=models.Q(mentioned__isnull=False), default=models.Value([]))
        return self.select_related("by").annotate(names=names).order_by("at", "pk")


class Comment(models.Model):
    """What people say about a task; the rep who ordered reads the same thread."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    by = models.ForeignKey(User, models.PROTECT, related_name="comments")
    at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    mentioned = models.ManyToManyField(User, blank=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:80]


class FollowUpQuerySet(OfAccountQuerySet["FollowUp"]):
    def owed(self) -> Self:
        return self.filter(done_at=None)

    def missed(self, at: datetime) -> Self:
        return self.owed().filter(due_at__lt=at)

    def missed_by_sales(self, maker: User, at: datetime) -> Self:
        """Of what this person delivered, the longest missed first, with all that a list says."""
        theirs = self.missed(at).filter(line__task__assignee=maker)
        return theirs.select_related("account", "owner", "line__tactic", "line__task").order_by("due_at", "pk")


class FollowUp(models.Model):
    """What sales owes after a delivery: a call within the agreed hours."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="follow_ups")
    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="follow_up")
    owner = models.ForeignKey(User, models.PROTECT, related_name="follow_ups")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=models.Q(done_at=None), name="follow_up_owed"),
            models.Index(fields=["due_at", "id"], condition=models.Q(done_at=None), name="follow_up_due"),
        ]

    def __str__(self) -> str:
        return f"Follow up on {self.line}"
