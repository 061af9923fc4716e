"""What the night froze of each tactic."""

from django.db import models

from abmhub.menus.models import Tactic


class TacticScore(models.Model):
    """How a tactic did in the year before a day: what was ordered and delivered, and what came of it.

    Follow-ups and promises are those that were kept. `judged` are deliveries old enough for an outcome, `began` those
    after which a deal did.
    """

    snapshot_on = models.DateField()
    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="scores")
    ordered = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=18, decimal_places=2, null=True, help_text="In the business currency.")
    delivered = models.PositiveIntegerField()
    kept = models.PositiveIntegerField("promises kept")
    followed_up = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    began = models.PositiveIntegerField("deals after it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot_on", "tactic"], name="tactic_score_once_a_day")]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.tactic}"
