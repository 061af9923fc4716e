"""What tactics and programs brought against what they cost."""

from django.db import models

from abmhub.metrics.attribution import Model


class ReturnKind(models.TextChoices):
    TACTIC = "tactic", "Tactics"
    PROGRAM = "program", "Programs"


class ReturnSnapshot(models.Model):
    """One tactic or program in the year before a night: its spend, and the won and the open money due to it."""

    snapshot_on = models.DateField()
    kind = models.CharField(max_length=8, choices=ReturnKind)
    key = models.BigIntegerField(help_text="The tactic or program; a number, so that no report ends with it.")
    model = models.CharField(max_length=8, choices=Model)
    spend_amount = models.DecimalField(max_digits=18, decimal_places=2)
    won_deals = models.PositiveIntegerField()
    won_amount = models.DecimalField(max_digits=18, decimal_places=2)
    won_squares = models.DecimalField(
        max_digits=32, decimal_places=4, help_text="The squares of the shares of won deals, summed."
    )
    open_deals = models.PositiveIntegerField()
    open_amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot_on", "kind", "model", "key"], name="return_snapshot_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.kind} {self.key} {self.model}"
