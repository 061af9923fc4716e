"""One wish for many accounts, and what became of it at each."""

from typing import Self
from uuid import UUID, uuid5

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from abmhub.accounts.models import Account
from abmhub.orders.models.order import Order, OrderLine
from abmhub.orders.models.task import Task
from abmhub.users.models import User


class BulkOrderQuerySet(models.QuerySet["BulkOrder"]):
    def visible_to(self, user: User) -> Self:
        """Sales sees its own and those of its teams, the others see all."""
        if not user.is_sales:
            return self
        return self.filter(Q(placed_by=user) | Q(placed_by__team__manager=user))

    def unfinished(self) -> Self:
        return self.filter(finished_at=None).order_by("pk")

    def with_counts(self) -> Self:
        """With how many of its accounts wait, were ordered for and were refused."""
        counts = {
            f"{state}_count": models.Count("rows", filter=Q(rows__state=state)) for state in BulkOrderRow.State.values
        }
        return self.annotate(**counts, row_count=models.Count("rows"))


class BulkOrder(models.Model):
    """The same tactics for many accounts: an order for each, or the reason why not. It is worked off row by row."""

    placed_by = models.ForeignKey(User, models.PROTECT, related_name="bulk_orders")
    placed_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, help_text="What marketing should know.")
    idempotency_key = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64, help_text="Of the wish and of what was shown for it.")
    total_amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="What was shown.")
    currency = models.CharField(max_length=3)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkOrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["placed_by", "-placed_at"], name="bulk_order_newest"),
            models.Index(fields=["id"], condition=Q(finished_at=None), name="bulk_order_unfinished"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"B-{self.pk:05d}"


class BulkOrderRowQuerySet(models.QuerySet["BulkOrderRow"]):
    def held(self) -> Self:
        """Those whose orders wait for somebody's approval, or went back to be changed."""
        return self.filter(order__lines__task__state=Task.State.HELD).distinct()

    def with_refusals(self) -> Self:
        """Those that were refused as a whole, or of which a tactic was left out."""
        return self.filter(~Q(refusal="") | Q(left_out__len__gt=0))

    def with_outcome(self) -> Self:
        """With account, order, its lines, and `is_held`: whether it waits for approval; in three queries."""
        held = Task.objects.filter(line__order=models.OuterRef("order"), state=Task.State.HELD)
        lines = OrderLine.objects.current().select_related("tactic").order_by("pk")
        return (
            self.select_related("account", "order__tier")
            .annotate(is_held=models.Exists(held))
            .prefetch_related(models.Prefetch("order__lines", lines))
        )


class BulkOrderRow(models.Model):
    """One account of a bulk order: what it shall have, and its order or the reason why there is none."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ORDERED = "ordered", "Ordered"
        REFUSED = "refused", "Refused"

    bulk = models.ForeignKey(BulkOrder, models.CASCADE, related_name="rows")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    lines = models.JSONField(help_text="The tactics with their recipients, goal and price, as they were shown.")
    seen_tier = models.PositiveSmallIntegerField(help_text="The tier as it was shown; 0 for none.")
    left_out = ArrayField(
        models.CharField(max_length=400), default=list, blank=True, help_text="Tactics it cannot have, and why not."
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    refusal = models.CharField(max_length=500, blank=True, help_text="Why nothing was ordered.")
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="bulk_row")

    objects = BulkOrderRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "account"], name="bulk_order_account_once"),
            models.CheckConstraint(
                condition=Q(state="ordered", order__isnull=False, refusal="")
                | Q(state="refused", order=None) & ~Q(refusal="")
                | Q(state="waiting", order=None, refusal=""),
                name="bulk_order_row_has_one_outcome",
            ),
        ]
        indexes = [models.Index(fields=["bulk", "id"], condition=Q(state="waiting"), name="bulk_order_row_waiting")]

    def __str__(self) -> str:
        return f"{self.bulk_id}: {self.account_id}"

    @property
    def key(self) -> UUID:
        """The key of its order, which follows from that of the whole: however often it is tried, it is one order."""
        return uuid5(self.bulk.idempotency_key, str(self.account_id))
