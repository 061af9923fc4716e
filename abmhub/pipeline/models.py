"""What accounts buy: products, opportunities with their stages, and leads of the other motion."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from abmhub.accounts.models import Account, OfAccountQuerySet, Territory
from abmhub.campaigns.models import Campaign, Motion
from abmhub.committee.models import Contact
from abmhub.users.models import User


class Product(models.Model):
    """Something we sell."""

    name = models.CharField(max_length=150, unique=True)
    series = models.CharField(max_length=80, db_default="", blank=True)
    list_price_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD", db_default="USD")

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a deal. Its kind says whether the deal is open, won or lost, whatever its name."""

    class Kind(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=4, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)
    is_qualified = models.BooleanField(
        "counts as an opportunity",
        default=True,
        help_text="Unset for stages before the opportunity, where it is only an SQL.",
    )

    def __str__(self) -> str:
        return self.name


class OpportunityQuerySet(OfAccountQuerySet["Opportunity"]):
    def visible_to(self, user: User) -> Self:
        """Deals with accounts this person may see, and those they own themselves."""
        if user.sees_every_account:
            return self
        return self.filter(models.Q(account__in=Account.objects.visible_to(user)) | models.Q(owner=user))

    def without_account(self) -> Self:
        """Deals whose account nobody has named in a way we know."""
        return self.filter(account=None)

    def with_unknown_product(self) -> Self:
        """Deals that name a product we do not have."""
        return self.filter(product=None).exclude(product_name="")

    def unsettled(self) -> Self:
        """Deals that wait for a person to say which account or product they are about."""
        return self.filter(models.Q(account=None) | models.Q(product=None) & ~models.Q(product_name=""))


class Opportunity(models.Model):
    """A deal. A deal with an unknown account or product is kept, with the name it came with."""

    name = models.CharField(max_length=200, db_default="", blank=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="opportunities")
    account_name = models.CharField(max_length=200, db_default="", blank=True, help_text="As it came.")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="opportunities")
    product_name = models.CharField(max_length=150, db_default="", blank=True, help_text="As it came.")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="opportunities")
    owner_name = models.CharField(max_length=150, db_default="", blank=True, help_text="As it came.")
    territory = models.ForeignKey(Territory, models.SET_NULL, null=True, blank=True, related_name="opportunities")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="opportunities")
    motion = models.CharField(max_length=12, choices=Motion, db_default=Motion.ABM)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="opportunities")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD", db_default="USD")
    engaged_on = models.DateField(null=True, blank=True, help_text="When the deal began.")
    closed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="opportunity_once")]
        indexes = [
            models.Index(fields=["closed_on"], name="opportunity_closed"),
            models.Index(fields=["-engaged_on", "-id"], name="opportunity_begun"),
            models.Index(
                fields=["account_name", "id"],
                condition=models.Q(account=None),
                name="opportunity_without_account",
            ),
            models.Index(
                fields=["product_name", "id"],
                condition=models.Q(product=None) & ~models.Q(product_name=""),
                name="opportunity_without_product",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class StageChange(models.Model):
    """A deal entered a stage on a day; the way back is kept too."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="stage_changes")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="changes")
    entered_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "stage", "entered_on"], name="stage_change_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.entered_on}"


class ContractQuerySet(OfAccountQuerySet["Contract"]):
    def in_force_on(self, day: date) -> Self:
        """Contracts that had begun by the day and had neither run out nor been ended."""
        return self.filter(
            models.Q(churned_on=None) | models.Q(churned_on__gt=day), starts_on__lte=day, ends_on__gte=day
        )


class Contract(models.Model):
    """What an account agreed to pay, for how long, and how that ended.

    A renewal or an expansion names the contract that it follows. Whoever neither renews nor ends it early is
    gone when it has run out; `churned_on` says that somebody ended it on that day.
    """

    class Kind(models.TextChoices):
        NEW = "new", "New"
        RENEWAL = "renewal", "Renewal"
        EXPANSION = "expansion", "Expansion"

    account = models.ForeignKey(Account, models.CASCADE, related_name="contracts")
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True, blank=True, related_name="contracts")
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")
    kind = models.CharField(max_length=9, choices=Kind, db_default=Kind.NEW, default=Kind.NEW)
    value_amount = models.DecimalField(
        "contract value", max_digits=14, decimal_places=2, help_text="Over the whole term, one-time fees included."
    )
    one_time_amount = models.DecimalField("one-time fees", max_digits=14, decimal_places=2, db_default=0, default=0)
    currency = models.CharField(max_length=3, default="USD", db_default="USD")
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    term_months = models.PositiveSmallIntegerField(help_text="How many months it runs.")
    ends_on = models.DateField(editable=False, help_text="Its last day.")
    churned_on = models.DateField(null=True, blank=True, help_text="The day somebody ended it before its time.")
    churn_reason = models.CharField(max_length=200, db_default="", default="", blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="contract_once"),
            models.CheckConstraint(
                condition=models.Q(term_months__gte=1),
                name="contract_runs_for_a_month",
                violation_error_message="A contract runs for a month at least.",
            ),
            models.CheckConstraint(
                condition=models.Q(one_time_amount__gte=0, one_time_amount__lte=models.F("value_amount")),
                name="contract_fees_within_value",
                violation_error_message="One-time fees are part of the contract value: they cannot be more.",
            ),
            models.CheckConstraint(
                condition=models.Q(churned_on=None) | models.Q(churned_on__gte=models.F("starts_on")),
                name="contract_churns_after_it_starts",
                violation_error_message="The contract was ended before it began.",
            ),
        ]
        indexes = [models.Index(fields=["starts_on"], name="contract_started")]

    def __str__(self) -> str:
        return self.external_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ends_on = months_after(self.starts_on, self.term_months) - timedelta(days=1)
        super().save(*args, **kwargs)

    @property
    def acv_amount(self) -> Decimal:
        """(contract value - one-time fees) / years: 10,900 with fees of 100 over three years is 3,600."""
        year = (self.value_amount - self.one_time_amount) * 12 / self.term_months
        return year.quantize(Decimal("0.01"), ROUND_HALF_UP)


def months_after(day: date, months: int) -> date:
    """The same day of a later month; where that month is too short, the first of the next."""
    month = day.year * 12 + day.month - 1 + months
    year, number = month // 12, month % 12 + 1
    try:
        return day.replace(year=year, month=number)
    except ValueError:
        return date(year + number // 12, number % 12 + 1, 1)


class Lead(models.Model):
    """A person in the demand-gen motion, from first form to a qualified deal."""

    name = models.CharField(max_length=150)
    company_name = models.CharField(max_length=200, db_default="", blank=True)
    email = models.EmailField(db_default="", blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="leads")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="leads")
    created_on = models.DateField()
    mql_on = models.DateField("became MQL", null=True, blank=True)
    sql_on = models.DateField("became SQL", null=True, blank=True)
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True, blank=True, related_name="leads")
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="lead_once")]
        indexes = [models.Index(fields=["created_on"], name="lead_created")]

    def __str__(self) -> str:
        return self.name


class CampaignMember(models.Model):
    """Somebody who was in a campaign, once: a contact of an account, or a lead."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="campaign_members")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="campaign_members")
    status = models.CharField(max_length=60, db_default="", blank=True, help_text="As the source calls it.")
    responded_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200, db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="campaign_member_external_id_once",
            ),
            models.UniqueConstraint(fields=["campaign", "contact"], name="campaign_member_contact_once"),
            models.UniqueConstraint(fields=["campaign", "lead"], name="campaign_member_lead_once"),
            models.CheckConstraint(
                condition=models.Q(contact=None, lead__isnull=False) | models.Q(contact__isnull=False, lead=None),
                name="campaign_member_is_one_person",
                violation_error_message="A member is either a contact or a lead.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.lead}: {self.campaign}"
