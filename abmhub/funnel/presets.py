"""What the stages mean, as shipped: sales and marketing agree on their own words."""

from abmhub.campaigns.models import Motion
from abmhub.funnel.models import FunnelStage, StageDefinition

ABM, DEMAND_GEN = Motion.ABM, Motion.DEMAND_GEN
DEALS = "The deepest stage that was ever true counts; a deal that falls back keeps it."
MEANINGS = (
    (
        ABM, FunnelStage.POOL, "Target accounts",
        "Accounts that were in a tier on any day so far, and accounts with a deal of this motion.",
    ),
    (
        ABM, FunnelStage.INTEREST, "Engaged accounts",
        "Target accounts with meaningful engagement. Impressions, clicks and plain visits never count, however many.",
    ),
    (
        ABM, FunnelStage.SQL, "SQLs",
        "Deals that sales development qualified. From here on both motions are one funnel.",
    ),
    (
        ABM, FunnelStage.OPPORTUNITY, "Opportunities",
        f"Deals that reached a stage that counts as an opportunity. {DEALS}",
    ),
    (ABM, FunnelStage.WON, "Closed won", "Deals that were won, on the day they were closed."),
    (
        DEMAND_GEN, FunnelStage.POOL, "Leads",
        "People who came by themselves, and deals that nobody recorded a lead for.",
    ),
    (DEMAND_GEN, FunnelStage.INTEREST, "MQLs", "Leads that marketing qualified, or that became more than that."),
    (
        DEMAND_GEN, FunnelStage.SQL, "SQLs",
        "Leads that sales development qualified, or with a deal. From here on both motions are one funnel.",
    ),
    (
        DEMAND_GEN, FunnelStage.OPPORTUNITY, "Opportunities",
        f"Deals that reached a stage that counts as an opportunity. {DEALS}",
    ),
    (DEMAND_GEN, FunnelStage.WON, "Closed won", "Deals that were won, on the day they were closed."),
)  # fmt: skip


def load() -> None:
    """Fill the definitions of an installation that has none."""
    if not StageDefinition.objects.exists():
        StageDefinition.objects.bulk_create(
            StageDefinition(motion=motion, stage=stage, name=name, meaning=meaning)
            for motion, stage, name, meaning in MEANINGS
        )
