"""Writes over programs: what one is to be, and the list of accounts that it is for."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

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


class ChangedMeanwhile(Refused):
    """Somebody else has written the program since it was read."""


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
    *,
    program: Program,
    tiers: Collection[Tier],
    territories: Collection[Territory],
    by: User,
    seen: str | None = None,
) -> Program:
    """Keep a new program, or what changed of one. Once its list is frozen, when it runs and for whom stays.

    `seen` is the mark of what was changed, from `mark_of`; None writes over whatever is there.
    Raises NotAllowed, ListIsFixed and ChangedMeanwhile; ValidationError for a name that breaks the convention or no
    first day.
    """
    require(by, "campaigns.edit")
    if program.pk:
        kept = Program.objects.select_for_update().get(pk=program.pk)
        if seen not in (None, mark_of(kept)):
            now_there = _told_apart(kept, program, tiers, territories)
            raise ChangedMeanwhile(
                f"Somebody else has changed this program since you opened it. {now_there} "
                "What you wrote is still here: save again to put it in the place of theirs."
            )
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


def mark_of(program: Program) -> str:
    """Tells what a program is now from what it was before; of one that is not kept yet it is empty."""
    if not program.pk:
        return ""
    facts = _facts(program, program.tiers.all(), program.territories.all())
    return sha256(repr(sorted(facts.items())).encode()).hexdigest()[:16]


def _facts(program: Program, tiers: Iterable[Tier], territories: Iterable[Territory]) -> dict[str, str]:
    """All that can be written about a program, in words, by what people call it."""
    return {
        "Name": program.name,
        "Audience": program.audience,
        "Period": program.get_period_display(),
        "First day": f"{program.starts_on:%-d %B %Y}",
        "Account group": program.get_segment_display(),
        "Budget": f"{program.budget_amount:,.2f} {program.currency}",
        "Objectives": ", ".join(program.objective_lines),
        "Tiers": ", ".join(sorted(map(str, tiers))),
        "Territories": ", ".join(sorted(map(str, territories))),
    }


def _told_apart(kept: Program, wanted: Program, tiers: Iterable[Tier], territories: Iterable[Territory]) -> str:
    """In which facts the program as it is kept is another than the one that is wanted."""
    theirs = _facts(kept, kept.tiers.all(), kept.territories.all())
    mine = _facts(wanted, tiers, territories)
    return " ".join(f"{label} is now “{fact or 'none'}”." for label, fact in theirs.items() if fact != mine[label])


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
