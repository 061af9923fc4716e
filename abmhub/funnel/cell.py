"""A cell of the double funnel: what a stage of a motion holds, in one slice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings

from abmhub.campaigns.models import Motion
from abmhub.core.statistics import wilson
from abmhub.funnel.models import FunnelSnapshot, FunnelStage


@dataclass(frozen=True)
class Cell:
    """A stage of a motion, in one slice. `successes` of `trials` are told in one unit."""

    motion: Motion
    stage: FunnelStage
    name: str = ""
    volume: int = 0
    accounts: int = 0
    trials: int = 0
    successes: int = 0
    median_days: float | None = None
    value_amount: Decimal = Decimal(0)

    @property
    def is_share(self) -> bool:
        """Whether a conversion can be told: never without a stage before, nor where more came out than went in."""
        return 0 < self.trials >= self.successes

    @property
    def conversion(self) -> float | None:
        """The share of the stage before that reached this one, 0-1."""
        return self.successes / self.trials if self.is_share else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson interval of the conversion."""
        return wilson(self.successes, self.trials) if self.is_share else None

    def as_snapshot(self, on: date) -> FunnelSnapshot:
        """The same as the night freezes it; nothing is written."""
        return FunnelSnapshot(
            snapshot_on=on,
            motion=self.motion,
            stage=self.stage,
            volume=self.volume,
            accounts=self.accounts,
            trials=self.trials,
            successes=self.successes,
            median_days=self.median_days,
            value_amount=self.value_amount,
            currency=settings.ABMHUB_BUSINESS_CURRENCY,
        )


Key = tuple[str | None, str | None]
"""What tells a slice from the others, by its row and its column; None where nothing is known, or nothing is cut."""
Cells = dict[tuple[Motion, FunnelStage], Cell]
