"""The rules by which a night counts, as plain values: kept, compared with those of the night before, and applied."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from django.conf import settings

from abmhub.campaigns.models import Motion
from abmhub.funnel.models import FunnelStage, Rules, StageDefinition
from abmhub.pipeline.models import Stage
from abmhub.signals.models import EventType

Mark = str
"""What a stage of a deal is: its kind, and whether it counts as an opportunity."""


@dataclass(frozen=True)
class Counting:
    """Which stages and types of events count for what. Keys are text, as JSON has them."""

    stages: dict[str, Mark]
    meaningful: dict[str, bool]
    least_events: int
    within_days: int | None
    currency: str

    @classmethod
    def now(cls) -> Self:
        """As the admin says now."""
        engaged = StageDefinition.objects.filter(motion=Motion.ABM, stage=FunnelStage.INTEREST).first()
        return cls(
            stages={str(stage.pk): _mark(stage) for stage in Stage.objects.order_by("pk")},
            meaningful=dict(sorted((str(each.pk), each.is_meaningful) for each in EventType.objects.all())),
            least_events=engaged.least_events if engaged else 1,
            within_days=engaged.within_days if engaged else None,
            currency=settings.ABMHUB_BUSINESS_CURRENCY,
        )

    @classmethod
    def before(cls, now: Self) -> Self:
        """As the last night counted; of stages and types that it did not know, as `now` does: those are data."""
        kept = Rules.objects.order_by("-first_on").first()
        if kept is None:
            return now
        rules: dict[str, Any] = kept.rules
        return cls(
            **{
                **rules,
                "stages": _known_to(rules["stages"], now.stages),
                "meaningful": _known_to(rules["meaningful"], now.meaningful),
            }
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def parameters(self) -> dict[str, Any]:
        """For the statements that count."""
        return {
            "won_stages": self._stages(Stage.Kind.WON),
            "lost_stages": self._stages(Stage.Kind.LOST),
            "qualified_stages": [int(key) for key, mark in self.stages.items() if mark.endswith("+")],
            "meaningful_types": [int(key) for key, is_meaningful in self.meaningful.items() if is_meaningful],
            "least_events": self.least_events,
            "within_days": self.within_days,
            "currency": self.currency,
            "zone": settings.TIME_ZONE,
        }

    def _stages(self, kind: Stage.Kind) -> list[int]:
        return [int(key) for key, mark in self.stages.items() if mark.rstrip("+") == kind]


def _mark(stage: Stage) -> Mark:
    return f"{stage.kind}{'+' if stage.is_qualified else ''}"


def _known_to(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What is there now, valued as then where it was there."""
    return {key: then.get(key, value) for key, value in now.items()}
