"""What a funnel counts, one by one, as the nights knew it."""

from django.db import models

from abmhub.campaigns.models import Motion


class Cause(models.TextChoices):
    """Why a night knew something else than the one before."""

    DATA = "data", "Data"
    RULES = "rules", "Rules"


class FunnelUnit(models.Model):
    """An account, lead or deal with the days on which it reached each stage, as known in some nights.

    A night writes only what it knows anew: the row that it knows better gets a last night and stays, so that every past
    night can be asked again. When rules changed, the night first writes what the data alone changes, then the rest:
    what rows of one cause brought and took away is what that cause changed. Keys are plain numbers: whatever is deleted
    later, what was reported stays.

    An entry is what the pool of its motion counts: a target account, or a lead, or a deal that nobody recorded a lead
    for. It carries the stages of its deals too, so that a cohort is told in one unit all the way down.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", "Account"
        LEAD = "lead", "Lead"
        DEAL = "deal", "Deal"

    known_from_on = models.DateField(help_text="The first night that knew it so.")
    known_until_on = models.DateField(null=True, help_text="The first night that knew otherwise.")
    began_by = models.CharField(max_length=5, choices=Cause)
    ended_by = models.CharField(max_length=5, choices=Cause, default="", blank=True)
    motion = models.CharField(max_length=12, choices=Motion)
    kind = models.CharField(max_length=7, choices=Kind)
    key = models.BigIntegerField()
    is_entry = models.BooleanField()
    pool_on = models.DateField(null=True)
    interest_on = models.DateField(null=True)
    sql_on = models.DateField(null=True)
    opportunity_on = models.DateField(null=True)
    won_on = models.DateField(null=True)
    lost_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    account_key = models.BigIntegerField(null=True)
    tier = models.SmallIntegerField(null=True)
    segment = models.CharField(max_length=40)
    industry = models.CharField(max_length=120)
    territory_key = models.BigIntegerField(null=True)
    owner_key = models.BigIntegerField(null=True)
    program_key = models.BigIntegerField(null=True)
    campaign_key = models.BigIntegerField(null=True)
    channel_key = models.BigIntegerField(null=True)
    content_key = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(known_until_on=None), name="funnel_unit_known_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["known_until_on"], condition=~models.Q(known_until_on=None), name="funnel_unit_known_until"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ChangedUnit(models.Model):
    """A unit that may not be as the last night knew it, or what units follow from: an account, a campaign, a program.

    Triggers write a row for each of them and statement; nothing is unique, so that nobody waits for anybody. The night
    takes the rows in its transaction.
    """

    kind = models.CharField(max_length=8)
    key = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
