"""To which channels the money of won deals is due."""

from django.db import models

from abmhub.campaigns.models import Channel
from abmhub.metrics.attribution import Model


class AttributionSnapshot(models.Model):
    """The money of the deals won in the year before a night that is due to one channel under one model.

    Without a channel: that of deals without any touch of marketing. Under every model the rows sum to the same money.
    """

    snapshot_on = models.DateField()
    model = models.CharField(max_length=8, choices=Model)
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="+", db_index=False)
    deals = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot_on", "model", "channel"], nulls_distinct=False, name="attribution_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.model}: {self.amount}"
