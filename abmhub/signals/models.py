"""What accounts do: engagement with us, and intent seen elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from abmhub.accounts.models import Account, OfAccountQuerySet
from abmhub.committee.models import BuyingRole, Contact, ContentStage


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
    pass


class EngagementEvent(models.Model):
    """Something a person at the account did with us; without a contact it is anonymous."""

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
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="engagement_event_once")]
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


class IntentProvider(models.Model):
    """Who observed the intent, and whether the law lets us score with it."""

    class LawfulBasis(models.TextChoices):
        CONSENT = "consent", "Consent"
        LEGITIMATE_INTEREST = "legitimate_interest", "Legitimate interest"
        CONTRACT = "contract", "Contract"
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
                condition=models.Q(is_scored=False) | ~models.Q(lawful_basis="none"),
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
    """How strongly a provider saw an account read about a topic in a week; level 0-100."""

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
