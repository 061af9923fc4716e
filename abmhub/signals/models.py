"""What accounts do: engagement with us, and intent seen elsewhere."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Subquery
from django.db.models.functions import Now

from abmhub.accounts.models import Account, OfAccountQuerySet
from abmhub.committee.models import BuyingRole, Contact, ContentStage

COUNTS_HALF_LIVES = 36
"""So many an event counts, if ever so little: 20 before a landmark, which stays for 16; see signals/engagement.py."""
INTENT_WEEKS = 16
"""So many weeks back intent looks: three, the twelve before, and the one that is not over."""
A_MONTH, A_YEAR = 30, 365


class EventType(models.Model):
    """How much one kind of engagement counts, and for how long."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField(help_text="Points on the day it happens.")
    half_life_days = models.PositiveSmallIntegerField(
        default=30, help_text="After this many days an event counts half; after 20 times as many, nothing."
    )
    daily_cap = models.PositiveSmallIntegerField(
        default=5, help_text="At most this many events of the type count per account and day."
    )
    content_stage = models.CharField(max_length=4, choices=ContentStage)
    is_meaningful = models.BooleanField(
        "meaningful",
        default=False,
        help_text="Only meaningful engagement makes an account engaged.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(half_life_days__gte=1), name="event_type_half_life_positive"),
            models.CheckConstraint(condition=models.Q(daily_cap__gte=1), name="event_type_daily_cap_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        kept = Retention.objects.values_list("event_months", flat=True).first()
        needed = months_for(self.half_life_days or 0)
        if kept is not None and needed > kept:
            raise ValidationError(
                {
                    "half_life_days": f"Events are kept for {kept} months, and such a half-life counts them for "
                    f"{needed}: keep them longer first, under Retention."
                }
            )


def months_for(half_life_days: int) -> int:
    """How many months of events have to be there, so that those of such a half-life count also in a night of the month
    before. Pages look back a year."""
    return (max(COUNTS_HALF_LIVES * half_life_days, A_YEAR) + A_MONTH) // A_MONTH + 1


class ContactFactor(models.Model):
    """How much more than others a person counts, by seniority or by buying role: the higher of the two.

    Where neither has a row, and for an anonymous event, the factor is 100 percent: it counts once.
    """

    seniority = models.CharField(max_length=10, choices=Contact.Seniority, blank=True, db_default="", default="")
    buying_role = models.OneToOneField(BuyingRole, models.CASCADE, null=True, blank=True, related_name="contact_factor")
    percent = models.PositiveSmallIntegerField(help_text="100 counts once, 200 counts double.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seniority"],
                condition=~models.Q(seniority=""),
                name="contact_factor_once_by_seniority",
                violation_error_message="This seniority has a factor already.",
            ),
            models.CheckConstraint(
                condition=models.Q(seniority="", buying_role__isnull=False)
                | models.Q(~models.Q(seniority=""), buying_role__isnull=True),
                name="contact_factor_by_one_of_both",
                violation_error_message="Choose a seniority or a buying role, one of the two.",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__lte=1000),
                name="contact_factor_at_most_tenfold",
                violation_error_message="Nobody counts more than ten times: 1000 at most.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buying_role or self.get_seniority_display()}: {self.percent}%"


class EngagementEventQuerySet(OfAccountQuerySet["EngagementEvent"]):
    def told_as(self, source: str, external_id: str) -> Self:
        """The one event that a source knows by this key, or none."""
        key = EventKey.objects.filter(source=source, external_id=external_id)
        # With the moment, so that only the table of its month is read.
        return self.filter(pk=Subquery(key.values("event_id")), occurred_at=Subquery(key.values("occurred_at")))


class EngagementEvent(models.Model):
    """Something a person at the account did with us; without a contact it is anonymous.

    PostgreSQL keeps those of each month in a table of their own, see signals/months.py. Its key there is this one with
    the moment; that a source tells an event once is the key of `EventKey`.
    """

    # Its index is the one by account and moment.
    account = models.ForeignKey(Account, models.CASCADE, related_name="engagement_events", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="engagement_events")
    event_type = models.ForeignKey(EventType, models.PROTECT, related_name="events")
    occurred_at = models.DateTimeField()
    detail = models.CharField(max_length=200, db_default="", blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    objects = EngagementEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-occurred_at"], name="engagement_account_newest"),
            models.Index(fields=["occurred_at"], name="engagement_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.occurred_at:%Y-%m-%d}"


class EngagementState(models.Model):
    """What the events of an account amount to as of the landmarks: one magnitude for each half-life, shortest first.

    The night keeps it, so that it need not read old events again; see signals/engagement.py. It may outlive
    its account, because nothing that changes accounts should wait for the night.
    """

    account_id = models.BigIntegerField(primary_key=True)
    magnitudes = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.account_id}: {self.magnitudes}"


class EventKey(models.Model):
    """What a source calls an event: a key that is unique over all months. Triggers on the events keep it."""

    pk = models.CompositePrimaryKey("source", "external_id")
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    event_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source}: {self.external_id}"


class Retention(models.Model):
    """The one row that says for how many months before this one signals are kept; without a number for ever."""

    event_months = models.PositiveSmallIntegerField(
        "months of engagement events",
        null=True,
        blank=True,
        help_text="So many before this one; empty: for ever. What is older is kept as numbers by account and month.",
    )
    intent_months = models.PositiveSmallIntegerField(
        "months of intent",
        null=True,
        blank=True,
        help_text="So many before this one; empty: for ever. What is older is forgotten: nothing reads it.",
    )
    events_from_on = models.DateField(
        "events are there from", null=True, editable=False, help_text="What is older was dropped; empty: nothing was."
    )
    intent_from_on = models.DateField("intent is there from", null=True, editable=False)

    class Meta:
        verbose_name_plural = "retention"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="retention_is_one_row")]

    def __str__(self) -> str:
        return "How long signals are kept"

    def clean(self) -> None:
        problems = {}
        longest = EventType.objects.order_by("-half_life_days").first()
        least = months_for(longest.half_life_days if longest else 0)
        if self.event_months is not None and self.event_months < least:
            reads = f"“{longest}” counts that long" if least > months_for(0) else "pages look back that far"
            problems["event_months"] = f"Keep at least {least} months: {reads}."
        least = (7 * INTENT_WEEKS + A_MONTH) // A_MONTH + 1
        if self.intent_months is not None and self.intent_months < least:
            problems["intent_months"] = f"Keep at least {least} months: intent is compared with the 12 weeks before."
        if problems:
            raise ValidationError(problems)


class EngagementMonth(models.Model):
    """What is left of the events of an account in a month that was dropped: how many of a type, the first and the last.

    There may be several of a month and type, of accounts that were merged: they add up.
    """

    # Its index is the one by account and month.
    account = models.ForeignKey(Account, models.CASCADE, related_name="engagement_months", db_index=False)
    event_type = models.ForeignKey(EventType, models.PROTECT, related_name="months", db_index=False)
    month_on = models.DateField(help_text="The first day of the month, in UTC.")
    events = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = OfAccountQuerySet["EngagementMonth"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(events__gte=1), name="engagement_month_has_events")]
        indexes = [models.Index(fields=["account", "month_on"], name="engagement_month_by_account")]

    def __str__(self) -> str:
        return f"{self.event_type} {self.month_on:%Y-%m}: {self.events}"


class IntentProvider(models.Model):
    """Who observed the intent, and whether the law lets us score with it."""

    class LawfulBasis(models.TextChoices):
        CONSENT = "consent", "Consent"
        LEGITIMATE_INTEREST = "legitimate_interest", "Legitimate interest"
        CONTRACT = "contract", "Contract"
        UNSTATED = "unstated", "Not stated yet"
        NONE = "none", "None (for example bidstream)"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    is_scored = models.BooleanField("used for scoring", default=True)
    due_every_days = models.PositiveSmallIntegerField(
        "due every (days)",
        default=14,
        db_default=14,
        help_text="When this many days have passed since the last week that it reported on, its intent is stale.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_every_days__gte=1), name="intent_provider_due_every_days_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(is_scored=False) | ~models.Q(lawful_basis__in=["unstated", "none"]),
                name="intent_provider_unlawful_is_never_scored",
                violation_error_message=(
                    "A source without a lawful basis cannot be used for scoring: "
                    "choose a basis or untick 'used for scoring'."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TopicCluster(models.Model):
    """Topics that are about the same thing: what is read under several names counts once."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What an account is reading up on; without a cluster it stands for itself."""

    name = models.CharField(max_length=120, unique=True)
    cluster = models.ForeignKey(TopicCluster, models.SET_NULL, null=True, blank=True, related_name="topics")

    def __str__(self) -> str:
        return self.name


class IntentObservationQuerySet(OfAccountQuerySet["IntentObservation"]):
    pass


class IntentObservation(models.Model):
    """How strongly a provider saw an account read about a topic in a week; level 0-100.

    PostgreSQL keeps those of each month, by the Monday, in a table of their own, see signals/months.py.
    """

    # Their indexes are the unique one, which begins with the account, and the one by week and provider.
    account = models.ForeignKey(Account, models.CASCADE, related_name="intent_observations", db_index=False)
    provider = models.ForeignKey(IntentProvider, models.PROTECT, related_name="observations", db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="observations")
    week_on = models.DateField(help_text="The Monday of the week.")
    level = models.PositiveSmallIntegerField()

    objects = IntentObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "topic", "week_on", "provider"], name="intent_observation_once"),
            models.CheckConstraint(condition=models.Q(level__lte=100), name="intent_level_at_most_100"),
        ]
        indexes = [models.Index(fields=["week_on", "provider"], name="intent_week")]

    def __str__(self) -> str:
        return f"{self.topic} {self.week_on}: {self.level}"


def _next_key_of(table: str) -> models.Func:
    """A key of another table, free there too: a row that moves takes its key along."""
    return models.Func(models.Value(f"{table}_id_seq"), function="nextval", output_field=models.BigIntegerField())


class UnplacedEvent(models.Model):
    """An engagement event of a domain that no account has: kept until one has it, see signals/unplaced.py.

    Who it was is not kept: nobody can ask an account that is not there to forget them.
    """

    id = models.BigIntegerField(primary_key=True, db_default=_next_key_of("signals_engagementevent"))
    domain = models.CharField(max_length=253, db_index=True)
    event_type = models.ForeignKey(EventType, models.CASCADE, related_name="unplaced", db_index=False)
    occurred_at = models.DateTimeField()
    detail = models.CharField(max_length=200, db_default="", blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    came_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="unplaced_event_once")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.event_type} {self.occurred_at:%Y-%m-%d}"


class UnplacedObservation(models.Model):
    """An intent observation of a domain that no account has: kept until one has it."""

    id = models.BigIntegerField(primary_key=True, db_default=_next_key_of("signals_intentobservation"))
    # Their index is the unique one, which begins with the domain.
    domain = models.CharField(max_length=253)
    provider = models.ForeignKey(IntentProvider, models.CASCADE, related_name="unplaced", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="unplaced", db_index=False)
    week_on = models.DateField(help_text="The Monday of the week.")
    level = models.PositiveSmallIntegerField()
    came_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "topic", "week_on", "provider"], name="unplaced_observation_once"
            ),
            models.CheckConstraint(condition=models.Q(level__lte=100), name="unplaced_level_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.topic} {self.week_on}: {self.level}"
