"""What a rep ticked for an account."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models

from abmhub.accounts.models import Account, OfAccountQuerySet, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.models import WorkingCalendar
from abmhub.core.statistics import wilson
from abmhub.menus.models import Play, Tactic, TacticVersion
from abmhub.users.models import User

FEW = 30


class OrderQuerySet(OfAccountQuerySet["Order"]):
    def with_lines(self) -> Self:
        """For a list of orders: three queries, however many there are."""
        return self.select_related("account", "placed_by", "tier").prefetch_related(
            models.Prefetch(
                "lines",
                OrderLine.objects.current().select_related("tactic__category", "task").order_by("pk"),
            )
        )


class Order(models.Model):
    """What a rep ticked for one account, at the prices and in the tier of that moment."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="orders")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="orders")
    envelope = models.ForeignKey(Envelope, models.PROTECT, related_name="orders")
    play = models.ForeignKey(
        Play, models.PROTECT, null=True, blank=True, related_name="orders", help_text="The play that was ordered."
    )
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="orders")
    placed_at = models.DateTimeField()
    total_amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True, help_text="What marketing should know.")
    idempotency_key = models.UUIDField(unique=True)
    fingerprint = models.CharField(
        max_length=64, help_text="Of what was asked: the same key with another wish is refused."
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-placed_at"], name="order_account_newest"),
            models.Index(fields=["placed_by", "-placed_at"], name="order_placed_by_newest"),
            models.Index(fields=["-placed_at"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call the order."""
        return f"O-{self.pk:05d}"


@dataclass(frozen=True)
class Promises:
    """How many lines were delivered, and how many of them by the promised day."""

    delivered: int
    kept: int

    @property
    def share_kept(self) -> float:
        """0 to 1."""
        return self.kept / self.delivered

    @property
    def are_few(self) -> bool:
        """Whether chance says as much as the share does: the interval is to be shown."""
        return self.delivered < FEW

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies, at 95%."""
        return wilson(self.kept, self.delivered) or (0.0, 1.0)


class OrderLineQuerySet(OfAccountQuerySet["OrderLine"]):
    account_path = "order__account"

    def current(self) -> Self:
        """Without those in whose place an order that was sent again has others."""
        return self.filter(amended_at=None)

    def promises_by_tactic(self, *, since: datetime) -> dict[int, Promises]:
        """What became of the promises of lines delivered since then, by the id of their tactic.

        A line counts as kept when its business day of delivery is not after `promised_on`. Tactics without
        a delivery are left out.
        """
        delivered = self.filter(delivered_at__gte=since).order_by().values("tactic")
        kept = models.Count("pk", filter=models.Q(delivered_at__date__lte=models.F("promised_on")))
        counted = delivered.annotate(count=models.Count("pk"), kept=kept)
        return {row["tactic"]: Promises(row["count"], row["kept"]) for row in counted}


class OrderLine(models.Model):
    """One tactic of an order. Its state follows its task; money moves when it ends."""

    class State(models.TextChoices):
        ORDERED = "ordered", "Ordered"
        IN_PRODUCTION = "in_production", "In production"
        DELIVERED = "delivered", "Delivered"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.ORDERED, State.IN_PRODUCTION)

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    tactic = models.ForeignKey(Tactic, models.PROTECT, related_name="order_lines")
    tactic_version = models.ForeignKey(
        TacticVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        help_text="The price and the recipe that were ordered. Empty: ordered before tactics had versions.",
    )
    quantity = models.PositiveSmallIntegerField(help_text="One for each recipient.")
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2)
    line_cost = models.DecimalField(max_digits=14, decimal_places=2)
    actual_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    takes_stock = models.BooleanField(default=False)
    returned_pieces = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Of the quantity: for recipients who were struck before production."
    )
    returned_cost = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, help_text="Of the cost: released for them."
    )
    goal = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(
        null=True, blank=True, help_text="The day the work begins. Empty: the day of the order."
    )
    promised_on = models.DateField()
    calendar = models.ForeignKey(
        WorkingCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="By which it was promised: that of the team its recipe named. Empty: everybody's.",
    )
    queue_days = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Working days of the promise for the work ahead of it and for the store."
    )
    took_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Working days from its start to its delivery, without those on which rep or recipient had to act.",
    )
    state = models.CharField(max_length=14, choices=State, default=State.ORDERED)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    delivery_note = models.CharField(max_length=500, blank=True)
    tracking_url = models.URLField(
        max_length=500, blank=True, db_default="", help_text="Where the courier says how far it is."
    )
    amended_at = models.DateTimeField(
        null=True, blank=True, help_text="When the order was sent again with other lines in the place of this one."
    )

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "tactic"], condition=models.Q(amended_at=None), name="order_line_tactic_once_now"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="order_line_has_recipients"),
            models.CheckConstraint(
                condition=models.Q(state="delivered", cancelled_at=None, delivered_at__isnull=False, actual_cost__gte=0)
                | models.Q(state="cancelled", cancelled_at__isnull=False, delivered_at=None, actual_cost=None)
                | models.Q(
                    state__in=("ordered", "in_production"), cancelled_at=None, delivered_at=None, actual_cost=None
                ),
                name="order_line_ends_one_way",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    returned_pieces__lte=models.F("quantity"),
                    returned_cost__gte=0,
                    returned_cost__lte=models.F("line_cost"),
                ),
                name="order_line_returns_what_it_had",
            ),
            models.CheckConstraint(
                condition=models.Q(amended_at=None) | models.Q(state="cancelled"),
                name="order_line_amended_is_cancelled",
            ),
        ]
        indexes = [
            models.Index(fields=["tactic", "order"], name="order_line_tactic"),
            models.Index(
                fields=["tactic", "-delivered_at", "-id"],
                include=["took_days", "queue_days"],
                condition=models.Q(took_days__isnull=False),
                name="order_line_latest_deliveries",
            ),
            models.Index(
                fields=["-delivered_at", "-id"],
                condition=models.Q(delivered_at__isnull=False),
                name="order_line_delivered",
            ),
            models.Index(
                fields=["promised_on", "id"],
                condition=models.Q(state__in=("ordered", "in_production")),
                name="order_line_promised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tactic} for {self.quantity}"

    @property
    def reference(self) -> str:
        """What the ledger calls this line."""
        return f"order-line-{self.pk}"

    @property
    def pieces(self) -> int:
        """How many are still to be made, or were."""
        return self.quantity - self.returned_pieces

    @property
    def kept_cost(self) -> Decimal:
        """What the line comes to without what was returned."""
        return self.line_cost - self.returned_cost

    @property
    def can_be_cancelled(self) -> bool:
        """Until production starts."""
        return self.state == self.State.ORDERED


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def served(self) -> Self:
        """Those who get what was ordered."""
        return self.filter(struck_at=None)


class Recipient(models.Model):
    """A person whom an order line is for; struck when it turned out that nothing may be sent to them."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="order_lines")
    struck_at = models.DateTimeField(null=True, blank=True, help_text="When it became known that nothing may be sent.")
    struck_because = models.CharField(max_length=100, blank=True, db_default="")
    is_returned = models.BooleanField(
        default=False, db_default=False, help_text="Whether money and stock of this piece went back."
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "contact"], name="recipient_once"),
            models.CheckConstraint(
                condition=models.Q(struck_at=None, struck_because="", is_returned=False)
                | models.Q(struck_at__isnull=False) & ~models.Q(struck_because=""),
                name="recipient_is_struck_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)
