"""What every connection is told about pgtrigger, so that big loads stay linear."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_it_spares_triggers_an_error_for_each_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("{}",)


def test_triggers_still_fire() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public._pgtrigger_should_ignore('account_has_a_standing')")
        assert cursor.fetchone() == (False,)
