"""The tiers of the Goldilocks policy, and the attributes of the two profiles that are shipped."""

from abmhub.accounts.models import Attribute, Tier

Kind = Attribute.Kind

# Code, label, kind, unit, help, choices.
OF_SAAS = (
    ("customer_base", "Customer base", Kind.NUMBER, "customers", "How many customers they serve themselves.", ()),
    ("maturity", "Maturity", Kind.CHOICE, "", "", ("Start-up", "Growth", "Established", "Declining")),
    ("budget", "Budget", Kind.MONEY, "", "What they can spend in a year on what we sell.", ()),
)
OF_ETAIL = (
    ("volume_shipped", "Volume shipped", Kind.NUMBER, "parcels a month", "", ()),
    (
        "product_type", "Product type", Kind.CHOICE, "", "What they mainly sell.",
        (
            "Fashion", "Beauty and health", "Electronics", "Home and garden", "Food and drink", "Sports and leisure",
            "Toys and hobby", "Books and media", "Other",
        ),
    ),
    (
        "fulfilment_model", "Fulfilment model", Kind.CHOICE, "", "Who packs and ships.",
        ("In-house", "Third party", "Marketplace", "Dropshipping", "Mixed"),
    ),
    ("country_of_origin", "Country of origin", Kind.TEXT, "", "Where most of their goods come from.", ()),
    ("revenue_potential", "Revenue potential", Kind.MONEY, "", "What they could bring us in a year.", ()),
)  # fmt: skip
# The few that people narrow a list by; an index each.
FILTERS = frozenset({"maturity", "fulfilment_model"})


def load() -> None:
    """Fill what an installation has none of."""
    _load_tiers()
    _load_attributes()


def _load_attributes() -> None:
    if not Attribute.objects.exists():
        Attribute.objects.bulk_create(shipped_attributes())


def shipped_attributes() -> list[Attribute]:
    """The attributes of both sheets, not saved."""
    return [
        Attribute(
            code=code,
            label=label,
            kind=kind,
            unit=unit,
            help_text=words,
            choices=list(choices),
            position=position * 10,
            is_filter=code in FILTERS,
        )
        for position, (code, label, kind, unit, words, choices) in enumerate(OF_SAAS + OF_ETAIL, start=1)
    ]


def _load_tiers() -> None:
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
