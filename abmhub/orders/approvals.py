"""Which orders wait for somebody's approval, whose, and why.

The menu asks before an order is placed and `place_order` asks again, so that they never disagree. Who may decide is
never stored: it is found anew each time, so that nobody who leaves or goes away holds up an order.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from abmhub.accounts.models import Account, Tier
from abmhub.menus.models import Tactic
from abmhub.orders.models.approval import Approval, ApprovalRule, Subject
from abmhub.orders.models.order import Order
from abmhub.users.models import Absence, Role, User

PATIENCE_DAYS = 2
"""Working days for which an approval that no rule asked for waits before the next in line is asked too."""

Asked = ApprovalRule.Role


class Need(NamedTuple):
    """That an order needs approval, by whose rule, and why, as the end of a sentence."""

    rule: ApprovalRule | None
    why: str

    @property
    def patience_days(self) -> int:
        return self.rule.patience_days if self.rule else PATIENCE_DAYS

    def unsaved(self, **facts: object) -> Approval:
        """The asking that it comes to."""
        role = self.rule.approver_role if self.rule else Asked.MARKETING_MANAGER
        return Approval(
            rule=self.rule,
            why=self.why,
            approver_role=role,
            approver=self.rule.approver if self.rule else None,
            **facts,
        )


def need_of(costs: Iterable[tuple[Tactic, Decimal]], *, tier: Tier, currency: str) -> Need | None:
    """Whether an order of these tactics, at these costs, needs approval; None when nobody has to agree.

    What is approved for all counts for nothing, not even for the amount.
    """
    asked = [(tactic, cost) for tactic, cost in costs if tactic.approval != Tactic.Approval.NEVER]
    if not asked:
        return None
    tactics = [tactic for tactic, _ in asked]
    subject = Subject(tier, tactics, sum((cost for _, cost in asked), Decimal(0)), currency)
    for rule in ApprovalRule.objects.in_force():
        if why := rule.why(subject):
            return Need(rule, why)
    always = next((tactic for tactic in tactics if tactic.approval == Tactic.Approval.ALWAYS), None)
    return Need(None, f"{always} always needs it") if always else None


def foresee(
    account: Account, costs: Iterable[tuple[Tactic, Decimal]], *, tier: Tier, currency: str, by: User, day: date
) -> str:
    """What somebody who is about to order reads: whose approval it will need and why; empty when nobody's."""
    need = need_of(costs, tier=tier, currency=currency)
    if need is None:
        return ""
    approval = need.unsaved(order=Order(account=account, placed_by=by), asked_by=by)
    return f"This needs the approval of {Deciders([approval], day=day).names(approval)}, because {need.why}."


class Deciders:
    """Who may decide on a day about some approvals: those who were asked, or who stands in for them.

    The managers and the absences are read once, and what a seller may see once for all of these approvals.
    """

    def __init__(self, approvals: Collection[Approval], *, day: date) -> None:
        self._stand_ins = Absence.objects.stand_ins(day)
        there = User.objects.filter(pk__in={pk for pk in self._stand_ins.values() if pk})
        self._covering = {user.pk: user for user in there} if self._stand_ins else {}
        self._managers: list[User] | None = None
        self._accounts = {approval.order.account_id for approval in approvals}
        self._seen: dict[int, set[int]] = {}

    def of(self, approval: Approval) -> list[User]:
        """Those who may decide now, in the order of their names; nobody only where nobody else works here.

        When none of those who were asked is there, or an escalation is due, the next in line may.
        """
        found: dict[int, User] = {}
        wanted = 2 if approval.escalated_at else 1
        for rung in self._rungs(approval):
            there = {user.pk: user for user in map(self._present, rung) if user and self._may(user, approval)}
            wanted -= bool(there.keys() - found.keys())
            found |= there
            if not wanted:
                break
        return sorted(found.values(), key=lambda user: (user.name, user.pk))

    def names(self, approval: Approval) -> str:
        """For example: Selma Berg or Greta Vogt."""
        return " or ".join(user.name for user in self.of(approval)) or "somebody who may approve"

    def _rungs(self, approval: Approval) -> Iterator[list[User]]:
        """Who is asked first, and who is next if none of them can."""
        if approval.approver:
            yield [approval.approver]
        roles = list(Asked)
        start = roles.index(Asked(approval.approver_role)) if approval.approver_role else 0
        for role in (*roles[start:], *reversed(roles[:start])):
            yield self._people(role, approval.order.placed_by)

    def _people(self, role: Asked, placed_by: User) -> list[User]:
        if role == Asked.SALES_MANAGER:
            manager = placed_by.team.manager if placed_by.team else None
            return [manager] if manager else []
        if self._managers is None:
            managing = User.objects.filter(is_active=True, role__in=(Role.MARKETING_MANAGER, Role.ADMIN))
            self._managers = list(managing)
        return [user for user in self._managers if user.role == role]

    def _present(self, user: User) -> User | None:
        """The person, or whoever covers them today."""
        if user.pk not in self._stand_ins:
            return user
        stand_in = self._stand_ins[user.pk]
        return self._covering[stand_in] if stand_in else None

    def _may(self, user: User, approval: Approval) -> bool:
        """Nobody decides about their own order, nor about what they cannot see."""
        if not user.is_active or user.pk in (approval.order.placed_by_id, approval.asked_by_id):
            return False
        return user.sees_every_account or approval.order.account_id in self._visible_to(user)

    def _visible_to(self, user: User) -> set[int]:
        if user.pk not in self._seen:
            visible = Account.objects.visible_to(user).filter(pk__in=self._accounts)
            self._seen[user.pk] = set(visible.values_list("pk", flat=True))
        return self._seen[user.pk]


def waiting_for(user: User, *, day: date) -> list[Approval]:
    """What this person may decide today, the oldest first."""
    pending = list(Approval.objects.visible_to(user).pending().for_list().oldest_first())
    if not pending:
        return []
    deciders = Deciders(pending, day=day)
    return [approval for approval in pending if user in deciders.of(approval)]
