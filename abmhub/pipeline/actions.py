"""Writes over deals: stages that a file brings, and what a person settles."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from abmhub.accounts.actions import join_account_team, mark_customer
from abmhub.accounts.models import Account
from abmhub.campaigns.models import Motion
from abmhub.pipeline.models import Opportunity, OpportunityQuerySet, Product, Stage
from abmhub.users.models import User
from abmhub.users.verbs import require

WON_WORDS = frozenset({
    "won", "win", "wins", "closedwon", "successful", "signed", "sold", "awarded",
    "gewonnen", "gagné", "gagnée", "ganado", "ganada",
})  # fmt: skip
LOST_WORDS = frozenset({
    "lost", "loss", "lose", "closedlost", "unsuccessful", "failed", "abandoned", "disqualified", "dead", "rejected",
    "declined", "refused", "cancelled", "canceled", "withdrawn", "dropped", "notinterested", "nodecision", "nobid",
    "closednodecision", "verloren", "perdu", "perdue", "perdido", "perdida",
})  # fmt: skip
BEFORE_AN_OPPORTUNITY = frozenset(
    {"prospect", "prospecting", "prospects", "lead", "leads", "new", "unqualified", "suspect"}
)
OWNS_A_DEAL = "Owns a deal with the account."


def _words(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return {*words, "".join(words)}


def kind_of_stage(name: str) -> Stage.Kind:
    """What the name of a stage tells: whether the deal is open, won or lost. "Not won" is lost."""
    words = _words(name)
    if words & LOST_WORDS or (words & WON_WORDS and "not" in words):
        return Stage.Kind.LOST
    return Stage.Kind.WON if words & WON_WORDS else Stage.Kind.OPEN


def add_stage(*, name: str) -> Stage:
    """A stage that a file names and we do not have; its name tells whether it is open, won or lost."""
    kind, words = kind_of_stage(name), _words(name)
    last = Stage.objects.aggregate(last=Max("position"))["last"] or 0
    is_qualified = kind != Stage.Kind.OPEN or not words & BEFORE_AN_OPPORTUNITY
    return Stage.objects.create(name=name, kind=kind, position=last + 1, is_qualified=is_qualified)


@transaction.atomic
def settle_account(*, opportunities: OpportunityQuerySet, account: Account, by: User, at: datetime) -> int:
    """Say which account these deals are about; those that have one keep it. Returns how many were settled.

    They were taken for demand generation because nobody knew their account: now they are of the ABM
    motion, unless a lead led to them. Their owners come to work the account; a won deal makes it a customer.
    Raises NotAllowed.
    """
    require(by, "pipeline.settle")
    waiting = opportunities.without_account().select_for_update(of=("self",))
    found = list(waiting.values_list("pk", "owner", "stage__kind"))
    settled = Opportunity.objects.filter(pk__in=[pk for pk, _, _ in found])
    settled.filter(motion=Motion.DEMAND_GEN, leads=None).update(motion=Motion.ABM)
    settled.update(account=account)
    join_account_team(account=account, people={owner for _, owner, _ in found if owner}, reason=OWNS_A_DEAL)
    if any(kind == Stage.Kind.WON for _, _, kind in found):
        mark_customer(account=account, at=at)
    return len(found)


@transaction.atomic
def settle_product(*, opportunities: OpportunityQuerySet, product: Product, by: User) -> int:
    """Say which product these deals are about; those that have one keep it. Returns how many were settled.

    Raises NotAllowed.
    """
    require(by, "pipeline.settle")
    return opportunities.with_unknown_product().update(product=product)
