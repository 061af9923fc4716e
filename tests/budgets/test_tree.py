"""What lies under an envelope is a part of it: on every level money is reserved, and on none too much."""

import random
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from abmhub.accounts.merging import NotToMerge, merge
from abmhub.accounts.models import Account, Tier
from abmhub.budgets import actions, books
from abmhub.budgets.models import PARENTS, Envelope, LedgerEntry, Level
from abmhub.core import sql
from abmhub.users.models import Team, User
from tests.at_once import at_once, meeting_point
from tests.budgets.conftest import Make


def reserved(*envelopes: Envelope) -> list[str]:
    found = Envelope.objects.in_bulk([one.pk for one in envelopes])
    return [f"{found[one.pk].reserved_amount}" for one in envelopes]


def figures(*envelopes: Envelope) -> list[str]:
    """Reserved, spent and free of each, as they are now."""
    found = Envelope.objects.in_bulk([one.pk for one in envelopes])
    return [
        f"{found[one.pk].reserved_amount} {found[one.pk].spent_amount} {found[one.pk].free_amount}" for one in envelopes
    ]


@pytest.fixture
def path(team_envelope: Envelope) -> list[Envelope]:
    """From the team upwards."""
    return list(team_envelope.path)


@pytest.fixture
def reserve(rep: User, now: datetime) -> Callable[[Envelope, str, str], None]:
    def reserve(envelope: Envelope, reference: str, amount: str) -> None:
        actions.reserve(envelope=envelope, amounts={reference: Decimal(amount)}, by=rep, at=now)

    return reserve


Reserve = Callable[[Envelope, str, str], None]


def test_an_order_reserves_on_every_level_and_is_booked_once(path: list[Envelope], reserve: Reserve) -> None:
    reserve(path[0], "a", "120.00")
    assert figures(*path) == ["120.00 0.00 380.00", "120.00 0.00 680.00", "120.00 0.00 880.00"]
    assert [entry.envelope for entry in LedgerEntry.objects.all()] == [path[0]]
    assert books.errors() == []


def test_it_is_released_and_spent_on_every_level(
    path: list[Envelope], reserve: Reserve, rep: User, now: datetime
) -> None:
    reserve(path[0], "a", "120.00")
    reserve(path[0], "b", "80.00")
    actions.release(envelope=path[0], reference="a", amount=Decimal("120.00"), by=rep, at=now)
    actions.spend(envelope=path[0], reference="b", reserved=Decimal("80.00"), actual=Decimal("95.50"), by=rep, at=now)
    assert figures(*path) == ["0.00 95.50 404.50", "0.00 95.50 704.50", "0.00 95.50 904.50"]
    assert books.errors() == []


def test_what_a_level_above_lacks_is_refused_in_its_name_and_nothing_happens(
    path: list[Envelope], west_envelope: Envelope, tier_envelope: Envelope, reserve: Reserve, rep: User, now: datetime
) -> None:
    """The tier pays for teams without an envelope too, and may thereby have less left than one of its teams."""
    reserve(tier_envelope, "common", "400.00")
    with pytest.raises(actions.Overdrawn, match=r"\$450 is needed, and \$400 is left in Tier 1\.$"):
        reserve(path[0], "a", "450.00")
    assert figures(*path, west_envelope) == ["0.00 0.00 500.00", "400.00 0.00 400.00", "400.00 0.00 600.00",
                                             "0.00 0.00 300.00"]  # fmt: skip
    reserve(path[0], "a", "400.00")
    with pytest.raises(actions.Overdrawn, match=r"cost \$0\.01 more than was reserved, and \$0 is left in T"):
        actions.spend(envelope=path[0], reference="a", reserved=Decimal(400), actual=Decimal("400.01"), by=rep, at=now)
    assert books.errors() == []


@pytest.mark.parametrize(
    ("reserved_cents", "spent_cents", "left", "moves"),
    [
        (10_000, 0, "100.00", True),
        (10_001, 0, "100.00", False),
        (-5_000, 0, "100.00", True),
        (-5_001, 0, "100.00", False),
        (-5_000, 15_000, "100.00", True),
        (-5_000, 15_001, "100.00", False),
        (0, 0, "0.00", True),
    ],
    ids=["all", "a cent too many", "all back", "more than is held", "spent to the end", "spent beyond", "nothing"],
)
def test_the_statement_that_moves_money_by_hand(
    make_envelope: Make, tier1: Tier, reserved_cents: int, spent_cents: int, left: str, *, moves: bool
) -> None:
    one = make_envelope("One", "50.00", tier=tier1)
    Envelope.objects.filter(pk=one.pk).update(reserved_amount=50, total_amount=Decimal(50) + Decimal(left))
    change = {"reserved": Decimal(reserved_cents) / 100, "spent": Decimal(spent_cents) / 100}
    rows = sql.rows("budgets/move", envelope_id=one.pk, reserved=change["reserved"], spent=change["spent"])
    assert rows == ([{"parent_id": None}] if moves else [])
    expected = 50 + change["reserved"] if moves else 50
    assert Envelope.objects.get(pk=one.pk).reserved_amount == expected


def test_the_closest_envelope_pays(
    make_envelope: Make, team_envelope: Envelope, tier1: Tier, rep: User, team: Team, account: Account
) -> None:
    def payer(**whom: int | None) -> str:
        found = Envelope.objects.covering(
            **{"tier": tier1, "team_id": team.pk, "currency": "USD", "day": date(2026, 5, 1), **whom}  # type: ignore[arg-type]
        ).first()
        return found.name if found else ""

    assert payer() == "Tier 1, East, 2026"
    assert payer(team_id=None) == "Tier 1"
    make_envelope("Rana's", "50.00", parent=team_envelope, tier=tier1, team=team, rep=rep)
    make_envelope("Acme's", "20.00", parent=team_envelope, tier=tier1, team=team, account=account)
    assert payer(rep_id=rep.pk) == "Rana's"
    assert payer(rep_id=rep.pk, account_id=account.pk) == "Acme's"
    assert payer(rep_id=rep.pk, team_id=None) == "Tier 1"


def test_the_money_of_a_program_is_spent_through_what_lies_under_it(program: Envelope, tier1: Tier) -> None:
    covering = Envelope.objects.covering(tier=tier1, team_id=None, currency="USD", day=date(2026, 5, 1))
    assert not covering.exists()


def test_its_path_is_read_with_it(path: list[Envelope], django_assert_num_queries: Callable[[int], object],
                                  tier1: Tier, team: Team) -> None:  # fmt: skip
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        [payer, *_] = Envelope.objects.covering(tier=tier1, team_id=team.pk, currency="USD", day=date(2026, 5, 1))
        assert [one.level for one in payer.path] == [Level.TEAM, Level.TIER, Level.PROGRAM]


MISFITS = [
    ({"currency": "EUR"}, "one tree has one currency"),
    ({"ends_on": date(2027, 1, 1)}, "stay within"),
    ({"starts_on": date(2025, 12, 31)}, "stay within"),
    ({"tier_id": 2}, "pays for others"),
    ({"team_id": None}, "the order is program, tier, team, rep, account"),
    ({"team_id": None, "tier_id": None, "program": "Autumn"}, "the order is program, tier, team, rep, account"),
]


@pytest.mark.parametrize(
    ("change", "complaint"), MISFITS, ids=["currency", "too long", "too early", "tier", "same level", "upside down"]
)
def test_what_does_not_fit_under_its_parent_is_refused_twice(
    team_envelope: Envelope, change: dict[str, object], complaint: str
) -> None:
    """By the form with a sentence, by the database for whoever writes."""
    for name, value in change.items():
        setattr(team_envelope, name, value)
    with pytest.raises(ValidationError, match=complaint):
        team_envelope.full_clean()
    wall = "envelope_lies_within_its_parent|envelope_periods_do_not_overlap"
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        Envelope.objects.filter(pk=team_envelope.pk).update(**change)


def test_a_parent_cannot_leave_its_children_behind(team_envelope: Envelope, tier_envelope: Envelope) -> None:
    tier_envelope.refresh_from_db()
    tier_envelope.ends_on = date(2026, 6, 30)
    with pytest.raises(ValidationError, match="Tier 1, East, 2026 is a part of it and would no longer fit"):
        tier_envelope.full_clean()
    with pytest.raises(IntegrityError, match="envelope_lies_within_its_parent"), transaction.atomic():
        tier_envelope.save()


def test_children_together_get_no_more_than_their_parent_has(
    team_envelope: Envelope, west_envelope: Envelope, tier_envelope: Envelope
) -> None:
    west_envelope.refresh_from_db()
    west_envelope.total_amount = Decimal("300.01")
    with pytest.raises(ValidationError, match=r"\$300 of Tier 1 can still be given"):
        west_envelope.full_clean()
    with pytest.raises(IntegrityError, match="envelope_children_within_its_total"), transaction.atomic():
        west_envelope.save()
    tier_envelope.refresh_from_db()
    tier_envelope.total_amount = Decimal("799.99")
    with pytest.raises(ValidationError, match="More than that is given to the envelopes under it"):
        tier_envelope.full_clean()
    west_envelope.delete()
    tier_envelope.refresh_from_db()
    assert (tier_envelope.allotted_amount, tier_envelope.unallotted_amount) == (Decimal(500), Decimal(300))


def test_an_envelope_in_use_takes_its_money_along(
    make_envelope: Make, path: list[Envelope], tier1: Tier, reserve: Reserve, rep: User, now: datetime
) -> None:
    reserve(path[0], "a", "120.00")
    reserve(path[0], "b", "60.00")
    actions.spend(envelope=path[0], reference="b", reserved=Decimal(60), actual=Decimal(50), by=rep, at=now)
    other = make_envelope("Autumn", "700.00", program="Autumn")
    path[0].refresh_from_db()
    path[0].parent = other
    path[0].full_clean()
    path[0].save()
    assert figures(*path, other) == [
        "120.00 50.00 330.00", "0.00 0.00 800.00", "0.00 0.00 1000.00", "120.00 50.00 530.00",
    ]  # fmt: skip
    assert books.errors() == []


def test_where_what_is_used_has_no_room_an_envelope_does_not_go(
    make_envelope: Make, envelope: Envelope, tier_envelope: Envelope, reserve: Reserve
) -> None:
    reserve(envelope, "a", "450.00")
    reserve(tier_envelope, "common", "400.00")
    envelope.refresh_from_db()
    envelope.parent = Envelope.objects.get(pk=tier_envelope.pk)
    with pytest.raises(ValidationError, match=r"\$450 is used already, and Tier 1 has less than that free"):
        envelope.full_clean()
    with pytest.raises(IntegrityError, match="envelope_never_overdrawn"), transaction.atomic():
        envelope.save()


def test_an_envelope_that_was_moved_since_it_was_read_reserves_where_it_is(
    make_envelope: Make, path: list[Envelope], reserve: Reserve
) -> None:
    other = make_envelope("Autumn", "700.00", program="Autumn")
    Envelope.objects.filter(pk=path[0].pk).update(parent=other)
    reserve(path[0], "a", "120.00")
    assert reserved(*path, other) == ["120.00", "0.00", "0.00", "120.00"]


def test_a_sum_that_is_wrong_on_any_level_is_found(path: list[Envelope], reserve: Reserve) -> None:
    reserve(path[0], "a", "120.00")
    for one in path:
        Envelope.objects.filter(pk=one.pk).update(reserved_amount=119)
        [error] = books.errors()
        assert error.startswith(f"{one.name} says $119 reserved")
        Envelope.objects.filter(pk=one.pk).update(reserved_amount=120)
    Envelope.objects.filter(pk=path[1].pk).update(allotted_amount=Decimal("499.00"))
    assert books.errors() == ["Tier 1 says $499 are given to the envelopes under it; they have $500."]


def twin(envelopes: list[Envelope]) -> set[int]:
    """Follows every entry upwards, one at a time."""
    sums = {one.pk: [Decimal(0), Decimal(0)] for one in envelopes}
    by_id = {one.pk: one for one in envelopes}
    for entry in LedgerEntry.objects.all():
        pk: int | None = entry.envelope_id
        while pk is not None:
            sums[pk][0] += entry.reserved_change
            sums[pk][1] += entry.spent_change
            pk = by_id[pk].parent_id
    return {pk for pk, both in sums.items() if both != [by_id[pk].reserved_amount, by_id[pk].spent_amount]}


@pytest.mark.parametrize("seed", range(3))
def test_a_tree_against_a_slow_twin(make_envelope: Make, tier1: Tier, rep: User, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    root = make_envelope("Root", "5000.00", program="P")
    middle = make_envelope("Middle", "4000.00", parent=root, tier=tier1)
    teams = [Team.objects.create(name=f"Team {number}") for number in range(3)]
    leaves = [make_envelope(f"Leaf {team}", "1000.00", parent=middle, tier=tier1, team=team) for team in teams]
    for number in range(40):
        envelope, cost = dice.choice([middle, *leaves]), Decimal(dice.randrange(1, 20_000)) / 100
        try:
            actions.reserve(envelope=envelope, amounts={f"r{number}": cost}, by=rep, at=now)
            if dice.random() < 0.3:
                actions.release(envelope=envelope, reference=f"r{number}", amount=cost, by=rep, at=now)
            elif dice.random() < 0.5:
                actual = cost * dice.randrange(1, 3)
                actions.spend(envelope=envelope, reference=f"r{number}", reserved=cost, actual=actual, by=rep, at=now)
        except actions.Overdrawn:
            continue
    envelopes = list(Envelope.objects.all())
    assert twin(envelopes) == set() == {row["id"] for row in sql.rows("budgets/unbalanced_envelopes")}
    for one in dice.sample(envelopes, 2):
        LedgerEntry.objects.create(envelope=one, kind="reserve", amount=1, reference=f"false {one.pk}", by=rep, at=now)
    expected = twin(envelopes)
    assert expected
    assert {row["id"] for row in sql.rows("budgets/unbalanced_envelopes")} == expected


def careless(together: Callable[[], int]) -> Callable[..., Envelope | None]:
    """Without the guard: the path is read, thought about and written."""

    def move(envelope: Envelope, *, reserved: Decimal, spent: Decimal = Decimal(0)) -> Envelope | None:
        path = Envelope.objects.select_related(PARENTS).get(pk=envelope.pk).path
        together()
        for one in path:
            if one.free_amount < reserved + spent:
                return one
            Envelope.objects.filter(pk=one.pk).update(reserved_amount=one.reserved_amount + reserved)
        return None

    return move


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_forty_at_once_through_two_teams_on_a_tier_for_twelve(
    team_envelope: Envelope, west_envelope: Envelope, tier_envelope: Envelope, program: Envelope, rep: User,
    now: datetime, monkeypatch: pytest.MonkeyPatch, *, guarded: bool,
) -> None:  # fmt: skip
    """The teams have enough, their tier has not: exactly twelve fit, and nobody waits for ever.

    The control, without the guard, accepts more than there is money for, and the ledger finds it out.
    """
    Envelope.objects.filter(pk=tier_envelope.pk).update(reserved_amount=320)
    Envelope.objects.filter(pk=program.pk).update(reserved_amount=320)
    LedgerEntry.objects.create(envelope=tier_envelope, kind="reserve", amount=320, reference="common", by=rep, at=now)
    if not guarded:
        monkeypatch.setattr("abmhub.budgets.actions._move", careless(meeting_point(40).wait))

    def wish(number: int) -> Callable[[], None]:
        envelope = (team_envelope, west_envelope)[number % 2]
        parts = {f"line-{number}": Decimal("40.00")}
        return lambda: actions.reserve(envelope=envelope, amounts=parts, by=rep, at=now)

    outcomes = at_once([wish(number) for number in range(40)])
    accepted = outcomes.count(None)
    if guarded:
        assert all(outcome is None or isinstance(outcome, actions.Overdrawn) for outcome in outcomes), outcomes
        assert (accepted, books.errors()) == (12, [])
        assert figures(tier_envelope) == ["800.00 0.00 0.00"]
    else:
        assert accepted == 40
        assert books.errors() != []


@pytest.mark.django_db(transaction=True)
def test_two_children_made_at_once_do_not_get_the_same_money(
    make_envelope: Make, tier_envelope: Envelope, tier1: Tier
) -> None:
    teams = [Team.objects.create(name=f"Team {number}") for number in range(6)]

    def give(team: Team) -> Callable[[], Envelope]:
        return lambda: make_envelope(f"Of {team}", "300.00", parent=tier_envelope, tier=tier1, team=team)

    outcomes = at_once([give(team) for team in teams])
    assert sum(isinstance(outcome, Envelope) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 4
    assert books.errors() == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_sum_in_the_parent_more_is_given_than_there_is(
    make_envelope: Make, tier_envelope: Envelope, tier1: Tier
) -> None:
    """Asking first how much was given lets two who ask together both give it."""
    teams = [Team.objects.create(name=f"Team {number}") for number in range(6)]
    together = meeting_point(6)

    def give(team: Team) -> Callable[[], Envelope]:
        def act() -> Envelope:
            given = sum((one.total_amount for one in tier_envelope.children.all()), Decimal(0))
            together.wait()
            assert given + 300 <= tier_envelope.total_amount
            with pgtrigger.ignore("budgets.Envelope:envelope_allots"):
                return make_envelope(f"Of {team}", "300.00", parent=tier_envelope, tier=tier1, team=team)

        return act

    outcomes = at_once([give(team) for team in teams])
    assert sum(isinstance(outcome, Envelope) for outcome in outcomes) == 6
    assert books.errors() != []


def test_levels_are_told_apart(team_envelope: Envelope) -> None:
    levels = [one.level for one in team_envelope.path]
    assert all(lower > upper for lower, upper in pairwise(levels))


def test_two_accounts_with_money_of_their_own_for_one_period_are_not_merged(
    make_envelope: Make, account: Account, other_account: Account, tier1: Tier, admin: User, now: datetime
) -> None:
    theirs = make_envelope("Borealis's", "20.00", tier=tier1, account=other_account)
    ours = make_envelope("Acme's", "20.00", tier=tier1, account=account)
    with pytest.raises(NotToMerge, match="both have something of which there may be one at a time"):
        merge(kept=account, absorbed=other_account, by=admin, at=now)
    ours.delete()
    merge(kept=account, absorbed=other_account, by=admin, at=now)
    theirs.refresh_from_db()
    assert theirs.account == account
