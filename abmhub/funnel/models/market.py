"""The market, as the night carries it on from what changed."""

from django.db import models


class MarketAccount(models.Model):
    """What an account of the total addressable market was counted with by the last night.

    The night compares it with what the account is now, and so need not read those of which nothing changed. It may
    outlive its account until the next night.
    """

    account_id = models.BigIntegerField(primary_key=True)
    tier = models.SmallIntegerField(null=True)
    segment = models.CharField(max_length=12, blank=True)
    industry = models.CharField(max_length=100, blank=True)
    territory_key = models.BigIntegerField(null=True)
    acv_amount = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, help_text="Empty: not known, or not in the business currency."
    )
    is_counted = models.BooleanField(
        help_text="Not while the account is younger than the day of the night, which may catch up."
    )

    class Meta:
        indexes = [
            models.Index(fields=["account_id"], condition=models.Q(is_counted=False), name="market_account_waits")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"


class MarketCell(models.Model):
    """How many accounts of the market are alike in everything that it is cut by, and their expected ACV."""

    tier = models.SmallIntegerField(null=True)
    segment = models.CharField(max_length=12, blank=True)
    industry = models.CharField(max_length=100, blank=True)
    territory_key = models.BigIntegerField(null=True)
    accounts = models.IntegerField()
    with_acv = models.IntegerField(help_text="Those of them whose expected ACV is known.")
    acv_amount = models.DecimalField(max_digits=24, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "segment", "industry", "territory_key"], name="market_cell_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.tier or 'no tier'} {self.segment} {self.industry}: {self.accounts}"
