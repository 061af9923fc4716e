"""The command that takes an import back."""

import io
import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.console.jobs import take_files_in
from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from tests.imports.conftest import uploaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run() -> ImportRun:
    at = timezone.now()
    return actions.apply(run=actions.confirm(run=uploaded("accounts", "account\nDelta\nZeta\n", at), at=at), at=at)


def undo(pk: int) -> dict[str, int]:
    out = io.StringIO()
    call_command("undo_import", pk, json=True, stdout=out, stderr=io.StringIO())
    answer: dict[str, int] = json.loads(out.getvalue().splitlines()[-1])
    return answer


def test_it_takes_back_what_nobody_built_on_and_computes_the_figures(run: ImportRun) -> None:
    Account.objects.filter(name="Zeta").update(headquarters="Rome")
    assert undo(run.pk) == {"run": run.pk, "undone": 2, "not_undone": 2}
    assert list(Account.objects.values_list("name", flat=True)) == ["Zeta"]
    assert ImportRun.objects.get().figures_at is not None


@pytest.mark.parametrize("pk", [0, None])
def test_what_cannot_be_undone_is_refused(pk: int | None, run: ImportRun) -> None:
    undo(run.pk)
    with pytest.raises(CommandError) as refusal:
        undo(run.pk if pk is None else pk)
    assert refusal.value.returncode == 2


def test_after_the_night_it_can_still_be_undone(run: ImportRun, now: datetime) -> None:
    """What the night found out about the accounts is no edit of theirs."""
    take_files_in()
    assert Account.objects.filter(standing__computed_on__isnull=False).count() == 2
    assert undo(run.pk)["not_undone"] == 0
    assert not Account.objects.exists()
