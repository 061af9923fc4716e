"""What nights froze of the figures, what people entered, agreed on and locked."""

from abmhub.metrics.models.attribution import AttributionSnapshot
from abmhub.metrics.models.choice import Choice, LockedMetric, PeriodLock
from abmhub.metrics.models.content import ContentDay
from abmhub.metrics.models.entry import ActivityGoal, Entry, MetricNote, Target
from abmhub.metrics.models.report import ReportMailing
from abmhub.metrics.models.returns import ReturnSnapshot
from abmhub.metrics.models.snapshot import FigureSnapshot
from abmhub.metrics.models.stages import LadderStep, StageTime
from abmhub.metrics.models.tactic import TacticScore

__all__ = [
    "ActivityGoal",
    "AttributionSnapshot",
    "Choice",
    "ContentDay",
    "Entry",
    "FigureSnapshot",
    "LadderStep",
    "LockedMetric",
    "MetricNote",
    "PeriodLock",
    "ReportMailing",
    "ReturnSnapshot",
    "StageTime",
    "TacticScore",
    "Target",
]
