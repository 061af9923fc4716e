"""The Goldilocks policy and a first ideal customer profile."""

from datetime import UTC, datetime

from abmhub.accounts.models import Tier
from abmhub.scoring.models import (
    IcpCriterion,
    IcpProfile,
    TierCondition,
    TierPolicy,
    TierRule,
)

FIT, INTENT = TierCondition.Fact.FIT, TierCondition.Fact.INTENT
ENGAGEMENT, ACV = TierCondition.Fact.ENGAGEMENT, TierCondition.Fact.ACV

RULES = (
    # tier, name, the thresholds that must all be reached
    (1, "Just right", ((FIT, 70), (INTENT, 60), (ENGAGEMENT, 60), (ACV, 50_000))),
    (2, "Too many for 1:1", ((FIT, 70), (INTENT, 60), (ACV, 15_000))),
    (3, "Too small", ((FIT, 70),)),
)

# Shipped as in force from the start, so that the first night already finds tiers.
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def load() -> None:
    """Fill profile and policy of an installation that has none."""
    if not IcpProfile.objects.exists():
        _load_profile()
    if not TierPolicy.objects.exists():
        _load_policy()


def _load_profile() -> None:
    profile = IcpProfile.objects.create(
        version=1, name="Software companies", origin="Shipped.", published_at=SHIPPED_AT
    )
    attribute = IcpCriterion.Attribute
    for name, weight, about in (
        (
            "Industry we know well",
            30,
            {
                "attribute": attribute.INDUSTRY,
                "values": ["software", "technology", "finance", "telecommunications"],
            },
        ),
        ("200 employees or more", 30, {"attribute": attribute.EMPLOYEES, "minimum": 200}),
        (
            "Revenue of 25 million or more",
            25,
            {"attribute": attribute.ANNUAL_REVENUE, "minimum": 25_000_000},
        ),
        ("Founded before 2020", 15, {"attribute": attribute.FOUNDED_YEAR, "maximum": 2019}),
    ):
        IcpCriterion.objects.create(profile=profile, name=name, weight=weight, **about)


def _load_policy() -> None:
    policy = TierPolicy.objects.create(
        version=1,
        name="Goldilocks",
        status=TierPolicy.Status.PUBLISHED,
        published_at=SHIPPED_AT,
    )
    for level, name, thresholds in RULES:
        rule = TierRule.objects.create(
            policy=policy,
            position=level,
            name=name,
            tier=Tier.objects.get(level=level),
        )
        TierCondition.objects.bulk_create(
            TierCondition(rule=rule, fact=fact, threshold=threshold) for fact, threshold in thresholds
        )
