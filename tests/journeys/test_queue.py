"""A marketer works from the queue with the keyboard, and a manager levels the work."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.orders.models import Capacity, Task, TaskStep
from abmhub.users.models import User
from tests.journeys.conftest import DESK, PHONE, OpenBrowser, assert_accessible
from tests.web.queue_of_tasks import more_tasks

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def five(account: Account, tactic: Tactic, envelope: Envelope, rep: User) -> list[Task]:
    """Tasks that nobody has, each due a day after the one before."""
    tasks = more_tasks(5, account=account, tactic=tactic, rep=rep)
    for number, task in enumerate(tasks):
        task.due_on = timezone.localdate() + timedelta(days=3 + number)
    Task.objects.bulk_update(tasks, ["due_on"])
    return tasks


def test_a_marketer_walks_ticks_claims_and_takes_it_back_by_key(
    five: list[Task], marketer: User, open_browser: OpenBrowser
) -> None:
    page = open_browser(marketer, viewport=DESK).new_page()
    page.goto("/tasks/?view=open")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 ticked")
    assert_accessible(page)
    bar.get_by_role("button", name="Claim").click()
    expect(page.locator("#toasts")).to_contain_text("2 tasks claimed.")
    assert Task.objects.filter(assignee=marketer).count() == 2
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("2 tasks back in the queue.")
    assert not Task.objects.filter(assignee=marketer).exists()

    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.get_by_role("link", name="Deliver").first).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_label("What was delivered?")).to_be_visible()
    assert page.url.endswith(f"/tasks/{five[0].pk}/#id_note")


def test_the_next_task_is_claimed_by_key_and_not_by_a_word_that_is_typed(
    five: list[Task], marketer: User, open_browser: OpenBrowser
) -> None:
    page = open_browser(marketer, viewport=DESK).new_page()
    page.goto("/tasks/?view=open")
    page.keyboard.press("/")
    page.keyboard.type("n")
    expect(page.get_by_role("searchbox", name="Account", exact=True)).to_have_value("n")
    assert not Task.objects.filter(assignee=marketer).exists()
    page.goto("/tasks/?view=open")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Claim the next task")
    page.keyboard.press("Escape")

    page.keyboard.press("n")
    expect(page.locator("#toasts")).to_contain_text("is yours")
    page.goto("/tasks/?view=open")
    # Without a key of one's own: the button is a stop of Tab, and Enter presses it.
    button = page.get_by_role("button", name="Claim next")
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/tasks/{five[1].pk}/$"))
    mine = Task.objects.filter(assignee=marketer, state=Task.State.IN_PROGRESS)
    assert list(mine.due_first()) == five[:2], "the most urgent, one for each time"


def test_a_view_is_kept_and_found_again_on_a_phone(
    five: list[Task], marketer: User, other_marketer: User, open_browser: OpenBrowser
) -> None:
    page = open_browser(marketer, viewport=DESK).new_page()
    page.goto("/tasks/board/?view=unassigned")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Category").select_option("Direct mail")
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Direct mail")
    page.get_by_text("Views", exact=True).click()
    page.get_by_label("Save this list as").fill("Letters to write")
    page.get_by_label("Share it with everybody").check()
    page.get_by_role("button", name="Save the view").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")

    phone = open_browser(other_marketer, viewport=PHONE).new_page()
    phone.goto("/tasks/")
    phone.get_by_text("Views", exact=True).click()
    phone.get_by_role("link", name="Letters to write").click()
    expect(phone.get_by_role("region", name="Board")).to_contain_text("Acme Robotics")
    assert "/tasks/board/?view=unassigned" in phone.url
    assert_accessible(phone)


def test_a_manager_levels_the_work_without_script(
    five: list[Task], marketer: User, other_marketer: User, marketing_manager: User, open_browser: OpenBrowser
) -> None:
    Capacity.objects.bulk_create(Capacity(person=one, hours_a_day=0) for one in (marketer, marketing_manager))
    Task.objects.filter(pk=five[0].pk).update(assignee=marketer)
    TaskStep.objects.filter(task=five[0]).update(hours=3, done_at=None, due_on=timezone.localdate())
    page = open_browser(marketing_manager, viewport=DESK, java_script_enabled=False).new_page()
    page.goto("/tasks/workload/")
    expect(page.get_by_role("main")).to_contain_text("1 task from Mei Chen to Pablo Ruiz")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("main")).to_contain_text("Everybody has room")
    assert Task.objects.get(pk=five[0].pk).assignee == other_marketer
