"""What the night froze of each figure."""

import pgtrigger
from django.db import models

from abmhub.metrics.spans import By, Window


class FigureSnapshot(models.Model):
    """What the rows of a figure came to on a day: as a whole (`by` is empty) and for each key of a cut.

    A slice without rows has no row here. A month that is locked lets nobody change its own, see `PeriodLock`.
    """

    snapshot_on = models.DateField()
    window = models.CharField(max_length=7, choices=Window)
    figure = models.CharField(max_length=30)
    by = models.CharField(max_length=10, choices=By, blank=True)
    key = models.CharField(max_length=100, blank=True, help_text="Empty: rows that do not say.")
    rows = models.PositiveIntegerField()
    known = models.PositiveIntegerField(help_text="Rows whose number is known.")
    amount = models.DecimalField(max_digits=24, decimal_places=4, help_text="The sum of the known numbers.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "window", "by", "key", "snapshot_on"], name="figure_snapshot_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["snapshot_on", "window"], name="figure_snapshot_day")]
        triggers = [
            # The second wall: the night leaves locked months alone by itself.
            pgtrigger.Trigger(
                name="locked_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM metrics_periodlock
                        WHERE month_on = date_trunc('month', OLD.snapshot_on::timestamp)::date
                    ) THEN
                        RAISE EXCEPTION 'The figures of % are locked.', to_char(OLD.snapshot_on, 'YYYY-MM')
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_on} {self.window} {self.figure} {self.by} {self.key}".rstrip()
