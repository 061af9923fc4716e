"""The page on which people say when they are away, and who covers them."""

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.users.models import Absence, User
from tests.web.conftest import browser_of
from tests.web.query_counts import QueryCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PAGE = reverse("absence-list")


def test_an_absence_is_entered_shown_to_both_and_ended(as_rep: Client, rep: User, sales_manager: User) -> None:
    wish = {"starts_on": "2026-03-04", "ends_on": "2026-03-10", "delegate": sales_manager.pk}
    assert "Selma Berg covers for you" in as_rep.post(PAGE, wish, follow=True).content.decode()
    assert "Rana Haddad" in browser_of(sales_manager).get(PAGE).content.decode()
    as_rep.post(reverse("absence-end", args=[Absence.objects.get().pk]))
    assert not Absence.objects.exists()


def test_days_that_make_no_sense_are_said_on_the_page(as_rep: Client) -> None:
    response = as_rep.post(PAGE, {"starts_on": "2026-03-10", "ends_on": "2026-03-09"})
    assert response.status_code == 422
    assert "The last day lies before the first." in response.content.decode()


def test_the_page_asks_as_much_of_many_as_of_one(
    as_rep: Client, rep: User, sales_manager: User, query_count: QueryCount
) -> None:
    def enter(day: int) -> None:
        for person, delegate in ((rep, sales_manager), (sales_manager, rep)):
            on = f"2026-04-{day:02}"
            Absence.objects.create(person=person, starts_on=on, ends_on=on, delegate=delegate)

    as_rep.get(PAGE)
    enter(1)
    with query_count("absence-list"):
        as_rep.get(PAGE)
    for day in range(2, 8):
        enter(day)
    with query_count("absence-list"):
        as_rep.get(PAGE)
