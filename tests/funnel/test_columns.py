"""The funnel counted over columns is what PostgreSQL counts of the rows."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest
from pytest_django import Settings

from abmhub.accounts.models import Account, Standing, Territory
from abmhub.campaigns.models import Motion
from abmhub.funnel import answers, cells, column_files, columns
from abmhub.funnel.actions import snapshot
from abmhub.funnel.cells import DIMENSIONS, Question
from abmhub.funnel.cohorts import cohorts
from abmhub.funnel.figures import UnknownDimension
from abmhub.funnel.models import Edition, FunnelSnapshot, FunnelStage, FunnelUnit
from abmhub.funnel.preparing import prepare
from abmhub.funnel.restated import difference, first_night
from abmhub.funnel.rows import rows
from abmhub.pipeline.models import Opportunity
from abmhub.users.models import Role, User
from tests.funnel.test_snapshots import a_random_market

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the files of these tests are."""
    settings.HOME = SimpleNamespace(path=tmp_path)
    return tmp_path / "columns"


def by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "FEW", 1_000_000)


def by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "FEW", -1)


def cut_into_groups(dice: Random) -> None:
    """Words that are hard to keep, owners, territories and money, for what a_random_market made."""
    people = [User.objects.create(email=f"{n}@example.com", name=f"Person {n}") for n in range(3)]
    places = [Territory.objects.create(name=f"Place {n}") for n in range(12)]
    for account in Account.objects.order_by("pk"):
        Account.objects.filter(pk=account.pk).update(
            segment=dice.choice(["smb", "enterprise", ""]),
            industry=dice.choice(["", "a\tb", "Öl", "zinc", "Zinc", 'say "yes"', "a\nb"]),
            owner=dice.choice([None, *people]),
            territory=dice.choice([None, *places]),
        )
    for deal in Opportunity.objects.order_by("pk"):
        Opportunity.objects.filter(pk=deal.pk).update(
            amount=dice.choice([None, Decimal(dice.randrange(10**13)) / 100]), owner=dice.choice([None, *people])
        )


def two_nights(seed: int) -> None:
    dice = Random(seed)
    a_random_market(dice)
    cut_into_groups(dice)
    snapshot(on=MARCH)
    Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("pk")[:8]).delete()
    Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("pk")[:9]).update(amount=Decimal(7), closed_on=MARCH)
    Standing.objects.filter(account__in=Account.objects.order_by("pk")[:4]).delete()
    snapshot(on=APRIL)


def some_questions(dice: Random) -> list[tuple[Question, tuple[str, ...]]]:
    def day() -> date:
        return MARCH - timedelta(days=dice.randrange(-40, 60))

    return [
        (
            Question(
                as_of=day(),
                night=dice.choice([None, MARCH, APRIL, MARCH - timedelta(days=1), APRIL + timedelta(days=9)]),
                since=dice.choice([None, None, day() - timedelta(days=30)]),
                until=dice.choice([None, None, day()]),
                motion=dice.choice([None, *Motion]),
            ),
            tuple(dice.sample(list(DIMENSIONS), dice.randrange(3))),
        )
        for _ in range(25)
    ]


Answer = tuple[object, ...]


def all_answers(question: Question, by: tuple[str, ...], user: User) -> Answer:
    """Everything that is told of the units, and the rows behind a few of the cells."""
    slices = cells.count(question, by)
    largest = [cells.largest(question, motion, by, most=4) for motion in Motion]
    behind = [
        (
            cells.one(question, *place, by, key),
            rows(question, *place, by=by, key=key, user=user, limit=7, offset=offset),
        )
        for each in largest
        for key, found in each.slices.items()
        for place in sorted(found)
        for offset in (0, 2)
    ]
    order = [list(each.slices) for each in largest]
    return slices, largest, order, behind[:40], cohorts(question), difference(question.as_of), first_night()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("folder")
def test_any_question_has_the_same_answer(db: None, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    two_nights(seed)
    asked = some_questions(Random(seed))
    user = User.objects.create(email="analyst@example.com", name="Analyst", role=Role.ANALYST)
    by_rows(monkeypatch)
    expected = [all_answers(question, by, user) for question, by in asked]
    assert sum(bool(slices) for slices, *_ in expected) > 10
    by_columns(monkeypatch)
    for (question, by), answer in zip(asked, expected, strict=True):
        assert all_answers(question, by, user) == answer, (question, by)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("day", [MARCH - timedelta(days=45), MARCH])
def test_what_a_night_freezes_is_the_funnel_cut_by_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, seed: int, day: date
) -> None:
    dice = Random(seed)
    a_random_market(dice)
    cut_into_groups(dice)
    snapshot(on=day)
    by_rows(monkeypatch)
    told = ("volume", "accounts", "trials", "successes", "median_days", "value_amount")
    frozen = {
        (row.motion, row.stage): [getattr(row, each) for each in told]
        for row in FunnelSnapshot.objects.filter(snapshot_on=day)
        if row.volume or row.trials
    }
    counted = cells.count(Question(as_of=day)).get((None, None), {})
    assert frozen == {place: [getattr(cell, each) for each in told] for place, cell in counted.items()}
    assert counted


@pytest.fixture
def over_columns(db: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    by_columns(monkeypatch)
    a_random_market(Random(5))
    snapshot(on=MARCH)
    return folder


def test_a_slice_that_nothing_is_in_is_empty(over_columns: Path) -> None:
    question = Question(as_of=MARCH, night=MARCH)
    none = cells.one(question, Motion.ABM, FunnelStage.SQL, ("industry",), ("no such", None))
    assert (none.volume, none.median_days) == (0, None)
    with pytest.raises(UnknownDimension):
        cells.largest(question, Motion.ABM, ("mood",))


def folders(kept: Path) -> set[str]:
    return {each.name for each in kept.glob("*/*") if each.is_dir()}


def test_files_are_made_once_for_each_edition_by_its_night(over_columns: Path) -> None:
    (made,) = (each for each in over_columns.glob("*/*") if each.is_dir())
    first = made.stat().st_ino
    prepare()
    assert cells.count(Question(as_of=MARCH))
    assert made.stat().st_ino == first
    assert folders(over_columns) == {str(Edition.objects.get().token)}


def test_files_of_the_last_night_stay_for_those_who_see_it_until_the_next_is_published(over_columns: Path) -> None:
    march = folders(over_columns)
    snapshot(on=APRIL)
    april = {str(Edition.objects.get().token)}
    assert folders(over_columns) == march | april
    snapshot(on=APRIL + timedelta(days=1))
    assert folders(over_columns) == april | {str(Edition.objects.get().token)}


def test_a_night_makes_everything_be_counted_anew(over_columns: Path) -> None:
    before = cells.count(Question(as_of=MARCH))
    Opportunity.objects.all().delete()
    assert cells.count(Question(as_of=MARCH)) == before
    snapshot(on=APRIL)
    after = cells.count(Question(as_of=MARCH))
    assert after != before
    assert cells.count(Question(as_of=MARCH, night=MARCH)) == before


def test_files_that_somebody_deletes_are_made_again(over_columns: Path) -> None:
    before = cells.count(Question(as_of=MARCH))
    shutil.rmtree(over_columns)
    assert cells.count(Question(as_of=MARCH)) == before
    assert list(over_columns.glob("*/*/words.json"))


def test_where_no_files_can_be_written_rows_are_counted(over_columns: Path) -> None:
    expected = cells.count(Question(as_of=MARCH))
    shutil.rmtree(over_columns)
    over_columns.write_text("in the way")
    assert cells.count(Question(as_of=MARCH)) == expected


def test_files_of_a_night_that_publishes_meanwhile_are_not_kept(
    over_columns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(over_columns, ignore_errors=True)
    make = column_files.make

    def slowly(folder: Path, *, before: Path | None) -> None:
        make(folder, before=before)
        answers.forget(units=1)

    monkeypatch.setattr(column_files, "make", slowly)
    assert columns.newest() is None
    assert not list(over_columns.glob("*/*/words.json"))


def test_few_units_need_no_files(over_columns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(over_columns, ignore_errors=True)
    monkeypatch.setattr(columns, "FEW", FunnelUnit.objects.count())
    assert cells.count(Question(as_of=MARCH))
    assert not over_columns.exists()


def told(folder: Path) -> dict[str, bytes]:
    """The files, in an order of rows that does not depend on how they came there."""
    ids = np.fromfile(folder / "id", "i8")
    order = np.argsort(ids)
    kinds = {**column_files.FIELDS, **dict.fromkeys(column_files.PLACES, "i4")}
    numbers = {name: np.fromfile(folder / name, kind)[order].tobytes() for name, kind in kinds.items()}
    return {**numbers, "words": (folder / "words.json").read_bytes()}


@pytest.fixture
def carried_on(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each edition was made of the one before."""
    asked: list[bool] = []
    carry_on = column_files._carry_on

    def watched(folder: Path, before: Path) -> object:
        asked.append((found := carry_on(folder, before)) is not None)
        return found

    monkeypatch.setattr(column_files, "_carry_on", watched)
    return asked


@pytest.mark.parametrize("seed", range(4))
def test_an_edition_made_of_the_one_before_is_that_made_of_all_units(
    db: None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, carried_on: list[bool]
) -> None:
    by_columns(monkeypatch)
    dice = Random(seed)
    a_random_market(dice)
    cut_into_groups(dice)
    snapshot(on=MARCH)
    for number, night in enumerate([APRIL, APRIL + timedelta(days=1), APRIL + timedelta(days=3)]):
        few = Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("?").values("pk")[:5])
        few.update(amount=Decimal(number), closed_on=dice.choice([None, MARCH]))
        Account.objects.filter(pk__in=Account.objects.order_by("?").values("pk")[:4]).update(industry=f"New {number}")
        Opportunity.objects.filter(pk__in=Opportunity.objects.order_by("pk")[:2]).delete()
        snapshot(on=night)
        made = tmp_path / f"whole {number}"
        made.mkdir()
        column_files.make(made)
        kept = next(folder.glob(f"*/{Edition.objects.get().token}"))
        assert told(kept) == told(made)
    assert carried_on == [True, True, True]


def test_a_night_that_takes_back_what_it_wrote_is_copied_whole(over_columns: Path, carried_on: list[bool]) -> None:
    [few] = Opportunity.objects.order_by("pk")[:1]
    Opportunity.objects.filter(pk=few.pk).update(amount=7)
    snapshot(on=APRIL)
    Opportunity.objects.filter(pk=few.pk).update(amount=8)
    snapshot(on=APRIL)
    assert carried_on == [True, False]
    shared = cells.count(Question(as_of=APRIL))
    shutil.rmtree(over_columns)
    assert cells.count(Question(as_of=APRIL)) == shared


def test_an_edition_of_another_past_is_not_built_on(over_columns: Path, carried_on: list[bool]) -> None:
    """As after a backup was brought back: the files that are there may hold nights that never were."""
    Edition.objects.update(token=uuid4())
    snapshot(on=APRIL)
    assert carried_on == []
