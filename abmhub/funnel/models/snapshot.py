"""What the night froze about the double funnel."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import models

from abmhub.campaigns.models import Motion


class FunnelStage(models.TextChoices):
    """Both motions on one grid: the first two stages differ, from the SQL on they are the same."""

    POOL = "pool", "Target accounts / leads"
    INTEREST = "interest", "Engaged accounts / MQL"
    SQL = "sql", "SQL"
    OPPORTUNITY = "opportunity", "Opportunity"
    WON = "won", "Closed won"


class FunnelSnapshot(models.Model):
    """How many had reached a stage by a day, as known that day.

    What is counted: target and engaged accounts (ABM) or leads and MQLs (demand gen), and deals from
    the SQL on. `accounts` are the different accounts among them, `value_amount` the money of the deals. Conversion and
    days are told in one unit, of ABM accounts up to the SQL; nights of earlier versions froze neither.
    """

    snapshot_on = models.DateField()
    motion = models.CharField(max_length=12, choices=Motion)
    stage = models.CharField(max_length=12, choices=FunnelStage)
    volume = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField(default=0, help_text="Different accounts among them, where known.")
    trials = models.PositiveIntegerField(null=True, help_text="How many had reached the stage before.")
    successes = models.PositiveIntegerField(null=True, help_text="How many of those reached this one.")
    median_days = models.DecimalField(max_digits=8, decimal_places=1, null=True, help_text="From the stage before.")
    value_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot_on", "motion", "stage"], name="funnel_snapshot_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.motion} {self.stage}"


class DealSnapshot(models.Model):
    """Won, lost and open deals of a motion as known on a day; the tiles of the page."""

    snapshot_on = models.DateField()
    motion = models.CharField(
        max_length=12, choices=Motion, blank=True, help_text="Empty: both together, because no median is a sum."
    )
    won = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    won_amount = models.DecimalField(max_digits=18, decimal_places=2)
    open_amount = models.DecimalField(max_digits=18, decimal_places=2)
    mean_won_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    median_won_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    mean_cycle_days = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    median_cycle_days = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    cycle_left_out = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Won deals that were closed before they began: they are not in the cycle."
    )
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot_on", "motion"], name="deal_snapshot_once_a_day")]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.motion or 'both motions'}"

    @property
    def decided(self) -> int:
        """Deals that are won or lost: what a win rate is a share of."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float | None:
        """won / (won + lost), 0-1; None while nothing is decided."""
        return self.won / self.decided if self.decided else None


class BalanceMonth(models.Model):
    """What a month brought to either motion; the night writes it anew, because deals of a month come late too."""

    class Measure(models.TextChoices):
        PIPELINE = "pipeline", "Pipeline"
        REVENUE = "revenue", "Revenue"
        SPEND = "spend", "Spend"
        EFFORT = "effort", "Effort"

    month_on = models.DateField(help_text="The first day of the month.")
    measure = models.CharField(max_length=8, choices=Measure)
    abm = models.DecimalField("ABM", max_digits=18, decimal_places=2)
    demand_gen = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month_on", "measure"], name="balance_once_a_month")]

    def __str__(self) -> str:
        return f"{self.measure} {self.month_on:%Y-%m}"

    @property
    def share(self) -> float | None:
        """ABM's part of both, 0-1; None of nothing."""
        whole = self.abm + self.demand_gen
        return float(self.abm / whole) if whole > 0 else None


class TamSnapshot(models.Model):
    """The total addressable market of a quarter, as known in its last night so far, under two definitions.

    Ours: potential accounts x ACV, the mean of the accounts whose expected ACV is known. The common shorthand:
    existing customers x average selling price, the mean of the deals won in the twelve months before.
    """

    quarter_on = models.DateField(unique=True, help_text="The first day of the quarter.")
    as_of_on = models.DateField(help_text="The night that wrote it last.")
    accounts = models.PositiveIntegerField(help_text="Accounts that are part of the market.")
    accounts_with_acv = models.PositiveIntegerField(help_text="Those of them whose expected ACV is known.")
    acv_amount = models.DecimalField(max_digits=20, decimal_places=2, help_text="Their expected ACV together.")
    customers = models.PositiveIntegerField()
    won_deals = models.PositiveIntegerField(help_text="Deals won in the twelve months before, whose amount is known.")
    won_amount = models.DecimalField(max_digits=20, decimal_places=2)
    currency = models.CharField(max_length=3)

    def __str__(self) -> str:
        return self.quarter

    @property
    def quarter(self) -> str:
        return f"{self.quarter_on.year} Q{(self.quarter_on.month + 2) // 3}"

    @property
    def mean_acv(self) -> Decimal | None:
        """Money a year; None while no ACV is known."""
        return _share(self.acv_amount, self.accounts_with_acv)

    @property
    def mean_price(self) -> Decimal | None:
        """The average selling price; None while nothing was won."""
        return _share(self.won_amount, self.won_deals)

    @property
    def amount(self) -> Decimal | None:
        """Potential accounts x ACV."""
        return _share(self.acv_amount * self.accounts, self.accounts_with_acv)

    @property
    def shorthand_amount(self) -> Decimal | None:
        """Existing customers x average selling price."""
        return _share(self.won_amount * self.customers, self.won_deals)


def _share(amount: Decimal, number: int) -> Decimal | None:
    return (amount / number).quantize(Decimal("0.01"), ROUND_HALF_UP) if number else None
