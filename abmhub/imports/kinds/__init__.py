"""The kinds of files that can come in, in the order in which they are best imported."""

from abmhub.imports.kinds.accounts import Accounts
from abmhub.imports.kinds.base import Intake
from abmhub.imports.kinds.campaign_members import CampaignMembers
from abmhub.imports.kinds.campaigns import Campaigns
from abmhub.imports.kinds.contacts import Contacts
from abmhub.imports.kinds.events import Events
from abmhub.imports.kinds.intent import Intent
from abmhub.imports.kinds.leads import Leads
from abmhub.imports.kinds.opportunities import Opportunities
from abmhub.imports.kinds.products import Products
from abmhub.imports.kinds.spend import Spending
from abmhub.imports.kinds.stage_history import StageHistory
from abmhub.imports.kinds.users import Users
from abmhub.imports.models import Kind

INTAKES: dict[str, type[Intake]] = {
    intake.kind: intake
    for intake in (
        Products,
        Users,
        Accounts,
        Contacts,
        Campaigns,
        Spending,
        Opportunities,
        StageHistory,
        Leads,
        CampaignMembers,
        Intent,
        Events,
    )
}

GROUPS = (
    ("Accounts and people", (Kind.USERS, Kind.ACCOUNTS, Kind.CONTACTS)),
    ("Deals", (Kind.PRODUCTS, Kind.OPPORTUNITIES, Kind.STAGE_HISTORY)),
    ("Marketing", (Kind.CAMPAIGNS, Kind.SPEND, Kind.LEADS, Kind.CAMPAIGN_MEMBERS)),
    ("Signals", (Kind.INTENT, Kind.EVENTS)),
)
"""The kinds under headings as people look for them; in this order, too, each may name rows of those before it."""


def intake_of(kind: str) -> Intake:
    """How this kind of file is taken in. Raises KeyError for an unknown kind."""
    return INTAKES[Kind(kind)]()
