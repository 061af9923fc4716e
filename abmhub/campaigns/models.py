"""Marketing that runs across accounts, what it costs, and every touch it made on one."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, Now

from abmhub.accounts.models import Account, OfAccountQuerySet, Segment, Territory, Tier
from abmhub.committee.models import Contact, Content
from abmhub.users.models import User


class Motion(models.TextChoices):
    ABM = "abm", "ABM"
    DEMAND_GEN = "demand_gen", "Demand gen"


class Channel(models.Model):
    """A way to reach people: mail, events, ads, email, ..."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class NamingConvention(models.Model):
    """How something is to be named, so that everybody finds it again; checked when it is entered."""

    class Subject(models.TextChoices):
        AUDIENCE = "audience", "Audience of a program"

    subject = models.CharField(max_length=12, choices=Subject, unique=True)
    pattern = models.CharField(max_length=200, help_text="A regular expression that the whole name must match.")
    example = models.CharField(max_length=120)
    explanation = models.CharField(max_length=300, help_text="What to do, for whoever typed another name.")

    def __str__(self) -> str:
        return self.get_subject_display()

    def clean(self) -> None:
        """Raises ValidationError for a pattern that is none, or that refuses its own example."""
        try:
            fits = re.fullmatch(self.pattern, self.example)
        except re.error as problem:
            raise ValidationError({"pattern": f"This is no regular expression: {problem}."}) from problem
        if not fits:
            raise ValidationError({"example": "The example does not fit the pattern."})

    def check_name(self, name: str) -> None:
        """Raises ValidationError, with an example, for a name that does not follow it."""
        if not re.fullmatch(self.pattern, name):
            raise ValidationError(f"{self.explanation} For example: {self.example}")


class ProgramQuerySet(models.QuerySet["Program"]):
    def with_sums(self) -> Self:
        """Each program with `account_count`, how many its list holds, and `spent_amount`, what its campaigns cost."""
        members = ProgramAccount.objects.filter(program=models.OuterRef("pk")).order_by().values("program")
        spend = (
            Spend.objects.filter(campaign__program=models.OuterRef("pk"), currency=models.OuterRef("currency"))
            .order_by()
            .values("campaign__program")
        )
        nothing = models.Value(Decimal(0), models.DecimalField(max_digits=14, decimal_places=2))
        return self.annotate(
            account_count=Coalesce(models.Subquery(members.values(count=models.Count("pk"))), 0),
            spent_amount=Coalesce(models.Subquery(spend.values(amount=models.Sum("amount"))), nothing),
        )


class Program(models.Model):
    """A named run of the menu over a frozen list of accounts for a month, a quarter or a year.

    Tiers, territories and account groups say whom it is for; the list is taken from them once, when it is frozen.
    Nothing chosen means everybody in a tier.
    """

    class Period(models.TextChoices):
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        YEAR = "year", "Year"

    name = models.CharField(max_length=120, unique=True)
    audience = models.CharField("name of the audience", max_length=120, unique=True)
    period = models.CharField(max_length=7, choices=Period, default=Period.QUARTER)
    starts_on = models.DateField(help_text="The first day of the month, quarter or year.")
    budget_amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    objectives = models.TextField(help_text="What it shall have brought by its last day, one objective a line.")
    tiers = models.ManyToManyField(Tier, blank=True, related_name="programs")
    territories = models.ManyToManyField(Territory, blank=True, related_name="programs")
    segment = models.CharField("account group", max_length=12, choices=Segment, db_default="", default="", blank=True)
    frozen_at = models.DateTimeField(null=True, editable=False)
    frozen_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="frozen_programs")

    objects = ProgramQuerySet.as_manager()

    account_count: int
    spent_amount: Decimal
    """Both of `with_sums` alone."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(budget_amount__gte=0),
                name="program_budget_not_negative",
                violation_error_message="A budget is not negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def months(self) -> int:
        return {self.Period.MONTH: 1, self.Period.QUARTER: 3, self.Period.YEAR: 12}[self.Period(self.period)]

    @property
    def ends_on(self) -> date:
        """Its last day."""
        after = self.starts_on.year * 12 + self.starts_on.month - 1 + self.months
        return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def objective_lines(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    def clean(self) -> None:
        """Raises ValidationError for a first day that begins no such period, or a name that breaks the convention."""
        if self.starts_on and (self.starts_on.day != 1 or (self.starts_on.month - 1) % self.months):
            raise ValidationError({"starts_on": f"This is not the first day of a {self.get_period_display().lower()}."})
        convention = NamingConvention.objects.filter(subject=NamingConvention.Subject.AUDIENCE).first()
        if convention and self.audience:
            try:
                convention.check_name(self.audience)
            except ValidationError as problem:
                raise ValidationError({"audience": problem.messages}) from problem


class ProgramAccount(models.Model):
    """An account of a frozen list, with the tier that it had when the list was frozen."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, models.CASCADE, related_name="programs")
    tier = models.ForeignKey(Tier, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "account"], name="program_account_once")]

    def __str__(self) -> str:
        return f"{self.program}: {self.account}"


class Campaign(models.Model):
    """A named effort in one channel for one motion."""

    name = models.CharField(max_length=150, unique=True)
    motion = models.CharField(max_length=12, choices=Motion)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="campaigns")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    program = models.ForeignKey(Program, models.SET_NULL, null=True, blank=True, related_name="campaigns")
    content = models.ForeignKey(
        Content, models.SET_NULL, null=True, blank=True, related_name="campaigns", help_text="What it offers."
    )
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
            models.Index(fields=["-occurred_at", "-id"], name="touch_newest"),
        ]

    def __str__(self) -> str:
        return self.summary
