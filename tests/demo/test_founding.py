"""The demo company: who may sign in, what it refuses, and that its books tell one story."""

import re
import stat
from datetime import datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F
from django.test import Client
from django.urls import reverse
from psycopg.sql import SQL, Identifier

from abmhub.accounts.models import Account
from abmhub.core.models import Installation, Run
from abmhub.demo.founding import nights
from abmhub.nightly import steps, verify
from abmhub.users.models import Role
from tests.demo.conftest import TODAY, Founded

pytestmark = pytest.mark.django_db


def test_it_is_there_and_says_that_it_is_made_up(larkfield: Founded) -> None:
    installation = Installation.objects.get()
    assert (installation.company_name, installation.demo_seed) == ("Larkfield Systems", 1)
    assert larkfield.answer["accounts"] == Account.objects.count() == 1_000
    assert larkfield.answer["as_of"] == TODAY.isoformat()


@pytest.mark.parametrize("role", Role.values)
def test_one_person_of_every_role_signs_in_with_the_password_that_was_told(larkfield: Founded, role: str) -> None:
    [(email, password)] = [(email, password) for told, email, password in larkfield.answer["sign_ins"] if told == role]
    assert re.fullmatch(r"[a-z]+@larkfield\.example", email)
    assert len(password) >= 12
    answer = Client().post(reverse("account_login"), {"login": email, "password": password})
    assert (answer.status_code, answer["Location"]) == (302, settings.LOGIN_REDIRECT_URL)
    assert larkfield.person(role).role == role


def test_nobody_else_has_a_password(larkfield: Founded) -> None:
    known = [email for _, email, _ in larkfield.answer["sign_ins"]]
    others = apps.get_model("users.User").objects.exclude(email__in=known)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_the_passwords_are_kept_where_their_owner_alone_reads_them(larkfield: Founded) -> None:
    kept = [line.split("\t") for line in larkfield.file.read_text().splitlines()]
    assert kept == larkfield.answer["sign_ins"]
    assert stat.S_IMODE(larkfield.file.stat().st_mode) == 0o600


def test_it_refuses_to_mix_with_accounts_that_are_there(larkfield: Founded) -> None:
    with pytest.raises(CommandError, match="There are accounts here already"):
        call_command("demo", scale="small", as_of=TODAY)
    assert Account.objects.count() == 1_000


def test_the_books_balance(larkfield: Founded) -> None:
    assert all(not errors for errors in verify.errors().values())


def test_every_constraint_holds(larkfield: Founded) -> None:
    connection.check_constraints()


def test_the_next_row_gets_a_key_of_its_own(larkfield: Founded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT attrelid::regclass::text, attname, coalesce(
                pg_get_expr(adbin, adrelid),
                format('nextval(%L)', pg_get_serial_sequence(attrelid::regclass::text, attname))
            )
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
                AND (attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE 'nextval(%')
        """)
        keys = cursor.fetchall()
        assert {"accounts_account", "signals_unplacedobservation"} < {table for table, *_ in keys}
        for table, column, following in keys:
            asked = SQL("SELECT {} > coalesce(max({}), 0) FROM {}")
            cursor.execute(asked.format(SQL(following), Identifier(column), Identifier(table)))
            assert cursor.fetchone() == (True,), table


def test_the_night_of_the_day_is_published_and_not_due_again(larkfield: Founded, this_morning: datetime) -> None:
    assert Run.objects.is_published(steps.JOB, TODAY)
    assert steps.run_if_due(at=this_morning) is None


def test_earlier_nights_left_their_snapshots(larkfield: Founded) -> None:
    days = set(apps.get_model("funnel.FunnelSnapshot").objects.values_list("snapshot_on", flat=True))
    assert days == set(nights(TODAY))
    assert len(days) >= 15


def test_nothing_happened_later_than_last_night(larkfield: Founded, this_morning: datetime) -> None:
    ahead_by_nature = {"due_at", "published_at", "started_at", "finished_at"}
    written_by_the_clock = {"created_at", "updated_at", "approved_at", "last_update", "date_changed", "start_time"}
    for model in apps.get_models():
        if not model.__module__.startswith("abmhub.") or model is Run or hasattr(model, "pgh_label"):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField) and field.name not in ahead_by_nature | written_by_the_clock:
                late = model._default_manager.filter(**{f"{field.name}__gte": this_morning})
                assert not late.exists(), f"{model.__name__}.{field.name}: {late.first()}"


def test_no_stage_was_left_before_it_was_entered(larkfield: Founded) -> None:
    opportunities = apps.get_model("pipeline.Opportunity").objects
    assert not opportunities.filter(closed_on__lt=F("engaged_on")).exists()
    assert not opportunities.filter(stage__kind="open").exclude(closed_on=None).exists()
    assert not opportunities.exclude(stage__kind="open").filter(closed_on=None).exists()
    assert not opportunities.filter(stage__kind="won", account__is_customer=False).exists()
