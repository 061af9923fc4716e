"""The buying roles that ship, with a persona and something to read for each."""

from abmhub.accounts.models import Tier
from abmhub.committee.models import BuyingRole, Content, Persona, RoleRequirement

ROLES = (
    # code, name, required
    ("decision_maker", "Decision maker", 1),
    ("influencer", "Influencer", 2),
    ("it_expert", "IT expert", 1),
    ("user", "User", 2),
)

PERSONAS = {
    "decision_maker": Persona(
        name="Finance-minded executive",
        goals="Growth that can be forecast, and no surprises at quarter end.",
        pains="Tools that were bought and not used; figures that differ by department.",
        tofu_message="What peers of their size changed this year, and what it brought.",
        mofu_message="The business case with their own figures in it.",
        bofu_message="A reference call with a peer, and the terms on one page.",
    ),
    "influencer": Persona(
        name="Head of department",
        goals="A team that hits its plan without overtime.",
        pains="Manual work between systems; being asked for reports on Friday afternoon.",
        tofu_message="A short guide to the three places where teams like theirs lose time.",
        mofu_message="A day with the product, told by somebody in the same seat.",
        bofu_message="The rollout plan, week by week, with who does what.",
    ),
    "it_expert": Persona(
        name="Enterprise architect",
        goals="Fewer systems, each one well understood.",
        pains="Integrations that nobody owns; security reviews that start from zero.",
        tofu_message="How the data flows, on one diagram.",
        mofu_message="The security paper and the answers to the usual questionnaire.",
        bofu_message="A sandbox with their own sample data.",
    ),
    "user": Persona(
        name="Daily user",
        goals="To be done by five, and to be proud of the result.",
        pains="Yet another login; typing the same thing twice.",
        tofu_message="A two-minute film of the task they do most often.",
        mofu_message="A hands-on session with their own example.",
        bofu_message="What changes on the first Monday, and who helps.",
    ),
}


CONTENT = {
    # for the persona of each role: stage, title
    "decision_maker": (
        ("tofu", "What companies of your size changed this year"),
        ("mofu", "The business case, with a sheet to put your own figures in"),
        ("bofu", "Terms on one page, and three references to call"),
    ),
    "influencer": (
        ("tofu", "Three places where teams like yours lose time"),
        ("mofu", "A day with the product, told from the same seat"),
        ("bofu", "The rollout plan, week by week"),
    ),
    "it_expert": (
        ("tofu", "How the data flows, on one diagram"),
        ("mofu", "The security paper, with the usual questionnaire answered"),
        ("bofu", "A sandbox with your own sample data"),
    ),
    "user": (
        ("tofu", "A two-minute film of the task you do most often"),
        ("mofu", "A hands-on session with your own example"),
        ("bofu", "What changes on the first Monday, and who helps"),
    ),
}

TIER_1 = (("decision_maker", 2), ("influencer", 3))
"""What an account that is worth 1:1 marketing should have instead of the usual number."""


def introduce() -> None:
    """Write the buying roles that ship, how many Tier 1 asks for, and a persona with content for each."""
    roles = {}
    for position, (code, name, required) in enumerate(ROLES, start=1):
        role = roles[code] = BuyingRole.objects.create(code=code, name=name, position=position, required=required)
        shipped = PERSONAS[code]
        persona = Persona.objects.create(
            name=shipped.name,
            buying_role=role,
            goals=shipped.goals,
            pains=shipped.pains,
            tofu_message=shipped.tofu_message,
            mofu_message=shipped.mofu_message,
            bofu_message=shipped.bofu_message,
        )
        for stage, title in CONTENT[code]:
            Content.objects.create(title=title, stage=stage).personas.add(persona)
    highest = Tier.objects.filter(level=1).first()
    if highest:
        RoleRequirement.objects.bulk_create(
            RoleRequirement(buying_role=roles[code], tier=highest, required=required) for code, required in TIER_1
        )
