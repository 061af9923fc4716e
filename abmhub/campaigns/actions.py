"""Writes over programs: what one is to be, and the list of accounts that it is for."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from abmhub.accounts.models import Account, AccountQuerySet, Territory, Tier
from abmhub.campaigns.models import Program, ProgramAccount
from abmhub.core.refusals import Refused
from abmhub.users.models import User
from abmhub.users.verbs import require


class AlreadyFrozen(Refused):
    """The list of this program is fixed."""


class ListIsFixed(Refused):
    """A program whose list is frozen would become one for others, or for another time."""


class NobodyChosen(Refused):
    """What the program asks for holds for no account."""


def audience_of(program: Program) -> AccountQuerySet:
    """The accounts that the program is for as things are now: those of its tiers, territories and account group."""
    found = Account.objects.filter(standing__tier__isnull=False)
    if tiers := list(program.tiers.all()):
        found = found.filter(standing__tier__in=tiers)
    if territories := list(program.territories.all()):
        found = found.filter(territory__in=territories)
    return found.filter(segment=program.segment) if program.segment else found


@transaction.atomic
def write_program(
    *, program: Program, tiers: Collection[Tier], territories: Collection[Territory], by: User
) -> Program:
    """Keep a new program, or what changed of one. Once its list is frozen, when it runs and for whom stays.

    Raises NotAllowed and ListIsFixed; ValidationError for a name that breaks the convention or no first day.
    """
    require(by, "campaigns.edit")
    if program.pk:
        kept = Program.objects.select_for_update().get(pk=program.pk)
        program.frozen_at, program.frozen_by = kept.frozen_at, kept.frozen_by
        if kept.is_frozen and _whom_and_when(program, tiers, territories) != _whom_and_when(
            kept, kept.tiers.all(), kept.territories.all()
        ):
            raise ListIsFixed(f"The list of {kept} is frozen: for other accounts or another time start a new program.")
    program.full_clean()
    program.save()
    program.tiers.set(tiers)
    program.territories.set(territories)
    return program


def _whom_and_when(program: Program, tiers: Iterable[Tier], territories: Iterable[Territory]) -> tuple[object, ...]:
    return (
        program.period,
        program.starts_on,
        program.segment,
        {tier.pk for tier in tiers},
        {territory.pk for territory in territories},
    )


@transaction.atomic
def freeze_program(*, program: Program, by: User, at: datetime) -> int:
    """Fix the list of accounts; returns how many there are. What becomes of their tiers changes it no more.

    Raises NotAllowed, AlreadyFrozen and NobodyChosen.
    """
    require(by, "campaigns.freeze")
    program = Program.objects.select_for_update().get(pk=program.pk)
    if program.is_frozen:
        raise AlreadyFrozen(f"The list of {program} was frozen on {program.frozen_at:%d %b %Y}: start another program.")
    chosen = audience_of(program).order_by("pk").values_list("pk", "standing__tier")
    members = ProgramAccount.objects.bulk_create(
        (ProgramAccount(program=program, account_id=account, tier_id=tier) for account, tier in chosen.iterator()),
        batch_size=5_000,
    )
    if not members:
        raise NobodyChosen("No account is in these tiers, territories and this account group: choose more.")
    program.frozen_at, program.frozen_by = at, by
    program.save(update_fields=["frozen_at", "frozen_by"])
    return len(members)
