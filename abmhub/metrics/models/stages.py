"""How long deals stay in a stage, and through how many channels accounts of a stage are reached."""

from django.db import models

from abmhub.menus.stages import FunnelStage
from abmhub.pipeline.models import Stage


class StageTime(models.Model):
    """An open stage in the year before a night. Without a deal that left it, or is in it, there is no median."""

    snapshot_on = models.DateField()
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="+", db_index=False)
    passed = models.PositiveIntegerField(help_text="Times that a deal left it.")
    median_days = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    staying = models.PositiveIntegerField(help_text="Deals that are in it.")
    median_so_far = models.DecimalField(max_digits=8, decimal_places=1, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot_on", "stage"], name="stage_time_once_a_day")]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.stage_id}: {self.median_days}"


class LadderStep(models.Model):
    """The target accounts of a stage in a night, and through how many channels they were reached of late."""

    snapshot_on = models.DateField()
    stage = models.CharField(max_length=12, choices=FunnelStage)
    accounts = models.PositiveIntegerField()
    channels = models.PositiveIntegerField(help_text="Of all of them together.")
    wanted = models.PositiveSmallIntegerField(help_text="So many for each, as the ladder said that night.")
    reached = models.PositiveIntegerField(help_text="Accounts that were reached through so many or more.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot_on", "stage"], name="ladder_step_once_a_day")]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.stage}: {self.reached} of {self.accounts}"

    @property
    def mean(self) -> float:
        return self.channels / self.accounts

    @property
    def below(self) -> int:
        return self.accounts - self.reached

    @property
    def share(self) -> float:
        return self.reached / self.accounts
