"""Marketing that runs across accounts, what it costs, and every touch it made on one."""

from django.db import models
from django.db.models.functions import Now

from abmhub.accounts.models import Account, OfAccountQuerySet
from abmhub.committee.models import Contact


class Motion(models.TextChoices):
    ABM = "abm", "ABM"
    DEMAND_GEN = "demand_gen", "Demand gen"


class Channel(models.Model):
    """A way to reach people: mail, events, ads, email, ..."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A named effort in one channel for one motion."""

    name = models.CharField(max_length=150, unique=True)
    motion = models.CharField(max_length=12, choices=Motion)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="campaigns")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, db_default="", blank=True)
    external_id = models.CharField(max_length=200, db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="campaign_external_id_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="campaign_ends_after_it_starts",
                violation_error_message="The campaign ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Spend(models.Model):
    """Money that a campaign cost on a day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="spend")
    spent_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        verbose_name_plural = "spend"
        constraints = [models.UniqueConstraint(fields=["campaign", "spent_on", "currency"], name="spend_once_a_day")]

    def __str__(self) -> str:
        return f"{self.campaign} {self.spent_on}"


class TouchQuerySet(OfAccountQuerySet["Touch"]):
    pass


class Touch(models.Model):
    """Something we did to an account, by marketing or sales. Unique by (source, external id)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="touches")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="touches")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="touches")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="touches")
    occurred_at = models.DateTimeField()
    summary = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "touches"
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="touch_once")]
        indexes = [
            models.Index(fields=["account", "-occurred_at"], name="touch_account_newest"),
            models.Index(fields=["contact", "-occurred_at"], name="touch_contact_newest"),
        ]

    def __str__(self) -> str:
        return self.summary
