"""What Salesforce calls the contact roles of a deal, HubSpot the buying roles of a contact, and others besides."""

from collections.abc import Iterator, Mapping

from abmhub.committee.models import BuyingRole, RoleWord, Stance

ROLES = {
    "decision_maker": (
        "Economic buyer", "Economic decision maker", "Executive sponsor", "Budget holder", "Approver", "Ratifier",
        "Executive steering committee",
    ),
    "influencer": ("Evaluator", "Legal and compliance", "Legal", "Procurement", "Recommender"),
    "it_expert": ("Technical buyer", "Technical decision maker", "Technical evaluator", "Technical influencer", "IT"),
    "user": ("Business user", "End user", "Practitioner"),
}  # fmt: skip
"""Beside the names of our own roles, which need no row."""

STANCES = {
    "Champion": Stance.CHAMPION,
    "Coach": Stance.CHAMPION,
    "Supporter": Stance.SUPPORTER,
    "Blocker": Stance.BLOCKER,
}

NOTHING = ("Other", "Gatekeeper", "None")
"""Words that tell us nothing, so that nobody is asked what they mean."""


def role_words(roles: Mapping[str, BuyingRole]) -> Iterator[RoleWord]:
    """The words that ship, for the roles, by their code, that this installation has."""
    for code, words in ROLES.items():
        if role := roles.get(code):
            yield from (RoleWord(word=word, buying_role=role) for word in words)
    for word, stance in STANCES.items():
        yield RoleWord(word=word, stance=stance)
    for word in NOTHING:
        yield RoleWord(word=word)
