"""The tiers of the Goldilocks policy."""

from abmhub.accounts.models import Tier


def load() -> None:
    """Fill the tiers of an installation that has none."""
    if Tier.objects.exists():
        return
    Tier.objects.bulk_create(
        [
            Tier(
                level=1,
                name="Tier 1",
                motto="just right",
                treatment="1:1",
                description=(
                    "Thought leadership, custom content, special events, a personal landing page, "
                    "a named marketer, direct and dimensional mail."
                ),
            ),
            Tier(
                level=2,
                name="Tier 2",
                motto="too many for 1:1",
                treatment="1:few",
                description=(
                    "Account-based ads to a general landing page, messages on the topics they research, some mail."
                ),
            ),
            Tier(
                level=3,
                name="Tier 3",
                motto="too small",
                treatment="1:many",
                description=("Always-on ads, demand-gen programs, general messages before sales development calls."),
            ),
        ]
    )
