"""What nights froze about the double funnel, and the definitions and benchmarks that it is read with."""

from abmhub.funnel.models.answer import Answer, Edition
from abmhub.funnel.models.definition import Benchmark, Rules, StageDefinition
from abmhub.funnel.models.engaged import EngagedAccount
from abmhub.funnel.models.market import MarketAccount, MarketCell
from abmhub.funnel.models.snapshot import BalanceMonth, DealSnapshot, FunnelSnapshot, FunnelStage, TamSnapshot
from abmhub.funnel.models.unit import Cause, ChangedUnit, FunnelUnit

__all__ = [
    "Answer",
    "BalanceMonth",
    "Benchmark",
    "Cause",
    "ChangedUnit",
    "DealSnapshot",
    "Edition",
    "EngagedAccount",
    "FunnelSnapshot",
    "FunnelStage",
    "FunnelUnit",
    "MarketAccount",
    "MarketCell",
    "Rules",
    "StageDefinition",
    "TamSnapshot",
]
