"""One task: brief, steps, comments, waiting, delivery."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact, Persona
from abmhub.orders import actions
from abmhub.orders.models import Comment, OrderLine, Recipient, Task, TaskStep
from abmhub.users.models import User

QueryCount = Callable[[str], AbstractContextManager[None]]


def path(verb: str, task: Task) -> str:
    return reverse(f"task-{verb}", args=[task.pk])


def words(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


@pytest.fixture
def mine(task: Task, marketer: User, now: datetime) -> Task:
    """The letter, claimed by the marketer."""
    return actions.claim_task(task=task, by=marketer, at=now)


@pytest.fixture
def delivery() -> dict[str, str]:
    return {"note": "Both letters signed for by reception.", "actual_cost": "71.50", "without_steps": "on"}


def test_it_tells_the_marketer_everything_that_is_needed(
    as_marketer: Client, task: Task, contacts: list[Contact]
) -> None:
    persona = Persona.objects.get(name=Persona.objects.values_list("name", flat=True).order_by("pk")[0])
    Contact.objects.filter(pk=contacts[0].pk).update(persona=persona, stance="champion", stance_note="Spoke for us")
    page = words(as_marketer.get(path("show", task)))
    for expected in (
        "Handwritten letter",
        "Acme Robotics",
        "Tier 1",
        "Fit 90, intent 75, engagement 66",  # why this tier
        "A first call",
        "They moved offices in May.",
        "Rana Haddad",
        "Dana Whitfield",
        "Chief Financial Officer",
        "Champion",
        "Spoke for us",
        persona.name,
        "$80",
        "Write the card",
        "Hand to the courier",
        "11 Mar 2026",  # five working days after Wednesday 4 March
    ):
        assert expected in page, expected
    assert "Tara Singh" not in page  # at the account, but not a recipient
    assert "for Acme Robotics for" not in page


def test_it_warns_of_a_recipient_who_opted_out_since(
    as_marketer: Client, mine: Task, contacts: list[Contact], now: datetime
) -> None:
    Contact.objects.filter(pk=contacts[0].pk).update(opted_out_at=now)
    assert "Opted out." in words(as_marketer.get(path("show", mine)))


def test_claiming_starts_the_work(as_marketer: Client, task: Task, marketer: User) -> None:
    assert "Claim the task to tick its steps" in words(as_marketer.get(path("show", task)))
    response = as_marketer.post(path("claim", task), follow=True)
    task.refresh_from_db()
    assert (task.assignee, task.state) == (marketer, Task.State.IN_PROGRESS)
    assert path("deliver", task) in words(response)


def test_releasing_gives_it_back(as_marketer: Client, mine: Task) -> None:
    assert "back in the queue" in words(as_marketer.post(path("release", mine), follow=True))
    mine.refresh_from_db()
    assert mine.assignee is None


def test_a_step_is_ticked_and_unticked(as_marketer: Client, mine: Task, step: TaskStep, marketer: User) -> None:
    ticking = reverse("task-step", args=[mine.pk, step.pk])
    page = words(as_marketer.post(ticking, {"done": "1"}, follow=True))
    step.refresh_from_db()
    assert step.done_by == marketer
    assert "1 of 2 ticked" in page
    assert 'aria-checked="true"' in page
    as_marketer.post(ticking, {"done": "0"})
    step.refresh_from_db()
    assert step.done_at is None


def test_a_step_of_another_task_is_not_found(
    as_marketer: Client, mine: Task, step: TaskStep, other_account: Account
) -> None:
    assert as_marketer.post(reverse("task-step", args=[mine.pk + 1, step.pk])).status_code == 404


def test_who_does_not_have_the_task_cannot_tick(as_other_marketer: Client, mine: Task, step: TaskStep) -> None:
    assert "Mei Chen works on this task" in words(as_other_marketer.get(path("show", mine)))
    page = as_other_marketer.post(reverse("task-step", args=[mine.pk, step.pk]), {"done": "1"}, follow=True)
    assert "Mei Chen works on this task" in words(page)
    step.refresh_from_db()
    assert step.done_at is None


def test_the_marketing_manager_may_help_with_any_task(as_marketing_manager: Client, mine: Task, step: TaskStep) -> None:
    as_marketing_manager.post(reverse("task-step", args=[mine.pk, step.pk]), {"done": "1"})
    step.refresh_from_db()
    assert step.done_at is not None


def test_rep_and_marketer_share_one_thread(as_rep: Client, as_marketer: Client, task: Task) -> None:
    as_rep.post(path("comment", task), {"text": "Please no chocolate."})
    page = as_marketer.post(path("comment", task), {"text": "Tea then.\n\nGreen?"}, follow=True)
    assert "Please no chocolate." in words(page)
    assert [comment.by.name for comment in Comment.objects.order_by("pk")] == ["Rana Haddad", "Mei Chen"]
    assert "Green?" in words(as_rep.get(path("show", task)))


def test_a_comment_is_text_and_never_markup(as_rep: Client, task: Task) -> None:
    page = as_rep.post(path("comment", task), {"text": "<script>alert(1)</script>"}, follow=True).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_an_empty_comment_is_pointed_out(as_rep: Client, task: Task) -> None:
    response = as_rep.post(path("comment", task), {"text": "  "})
    assert response.status_code == 422
    assert "This field is required" in words(response)


def test_an_analyst_reads_and_says_nothing(as_analyst: Client, task: Task) -> None:
    page = as_analyst.get(path("show", task))
    assert page.status_code == 200
    assert path("comment", task) not in words(page)
    assert as_analyst.post(path("comment", task), {"text": "Hello"}).status_code == 403


@pytest.mark.parametrize(("on", "who"), [("rep", "The rep"), ("recipient", "A recipient"), ("vendor", "A vendor")])
def test_waiting_pauses_the_clock_and_says_on_whom(as_marketer: Client, mine: Task, on: str, who: str) -> None:
    page = words(as_marketer.post(path("wait", mine), {"on": on, "note": "The street number"}, follow=True))
    assert "Clock paused" in page
    assert f"<strong>{who}</strong> has to answer" in page
    assert "The street number" in page
    assert path("deliver", mine) not in page
    assert path("resume", mine) in page


def test_waiting_needs_a_reason_and_keeps_what_was_chosen(as_marketer: Client, mine: Task) -> None:
    response = as_marketer.post(path("wait", mine), {"on": "vendor", "note": ""})
    assert response.status_code == 422
    assert response.context["wait_form"]["on"].value() == "vendor"
    mine.refresh_from_db()
    assert mine.state == Task.State.IN_PROGRESS


def test_resuming_runs_the_clock_again(as_marketer: Client, mine: Task, marketer: User) -> None:
    long_ago = timezone.now() - timedelta(days=14)
    actions.wait(task=mine, on=Task.WaitingOn.REP, note="Address", by=marketer, at=long_ago)
    promised, due = mine.line.promised_on, mine.due_on
    page = words(as_marketer.post(path("resume", mine), follow=True))
    mine.refresh_from_db()
    assert mine.due_on > due
    assert mine.line.promised_on == promised
    assert "Due, after the waiting" in page


def test_delivering_tells_the_rep_and_ends_the_task(as_marketer: Client, mine: Task, delivery: dict[str, str]) -> None:
    page = words(as_marketer.post(path("deliver", mine), delivery, follow=True))
    line = OrderLine.objects.get(pk=mine.line_id)
    assert (line.state, line.actual_cost) == (OrderLine.State.DELIVERED, Decimal("71.50"))
    assert "Delivered. Rana Haddad has been told." in page
    assert "Both letters signed for by reception." in page
    assert "$71.50 spent of $80 ordered" in strip_tags(page)
    assert path("deliver", mine) not in page


def test_without_a_cost_the_reserved_money_is_spent(as_marketer: Client, mine: Task, delivery: dict[str, str]) -> None:
    as_marketer.post(path("deliver", mine), delivery | {"actual_cost": ""})
    assert OrderLine.objects.get(pk=mine.line_id).actual_cost == Decimal("80.00")


def test_open_steps_must_be_confirmed(as_marketer: Client, mine: Task, delivery: dict[str, str]) -> None:
    del delivery["without_steps"]
    response = as_marketer.post(path("deliver", mine), delivery)
    assert response.status_code == 422
    assert "Deliver, though 2 steps are not ticked" in words(response)
    assert delivery["note"] in words(response)
    mine.refresh_from_db()
    assert mine.state == Task.State.IN_PROGRESS


def test_with_every_step_ticked_nothing_is_to_confirm(
    as_marketer: Client, mine: Task, delivery: dict[str, str], now: datetime, marketer: User
) -> None:
    mine.steps.update(done_at=now, done_by=marketer)
    assert "Deliver, though" not in words(as_marketer.get(path("show", mine)))
    del delivery["without_steps"]
    assert as_marketer.post(path("deliver", mine), delivery).status_code == 302


@pytest.mark.parametrize("wrong", [{"note": " "}, {"actual_cost": "-1"}, {"actual_cost": "much"}])
def test_what_is_wrong_with_a_delivery_is_said_beside_it(
    as_marketer: Client, mine: Task, delivery: dict[str, str], wrong: dict[str, str]
) -> None:
    response = as_marketer.post(path("deliver", mine), delivery | wrong)
    assert response.status_code == 422
    assert response.context["deliver_form"].errors.keys() == wrong.keys()


def test_a_delivery_that_costs_too_much_is_refused_with_the_form_as_it_was(
    as_marketer: Client, mine: Task, delivery: dict[str, str]
) -> None:
    response = as_marketer.post(path("deliver", mine), delivery | {"actual_cost": "900"})
    assert response.status_code == 409
    page = words(response)
    assert "Nothing was changed" in page
    assert "$420 is left" in page
    assert 'value="900"' in page
    assert delivery["note"] in page


def test_a_task_that_was_delivered_meanwhile_says_so_and_loses_nothing_typed(
    as_marketing_manager: Client, as_marketer: Client, mine: Task, delivery: dict[str, str]
) -> None:
    as_marketer.post(path("deliver", mine), delivery)
    response = as_marketing_manager.post(path("deliver", mine), delivery | {"note": "Handed over in person."})
    assert response.status_code == 409
    page = words(response)
    assert "This task is done already" in page
    assert "Both letters signed for by reception." in page  # what it is now
    assert response.context["comment_form"]["text"].value() == "Handed over in person."
    assert OrderLine.objects.get(pk=mine.line_id).actual_cost == Decimal("71.50")


def test_a_note_typed_while_somebody_else_paused_the_task_is_kept(
    as_marketer: Client, mine: Task, marketer: User, delivery: dict[str, str]
) -> None:
    actions.wait(task=mine, on=Task.WaitingOn.VENDOR, note="Out of paper", by=marketer, at=timezone.now())
    response = as_marketer.post(path("deliver", mine), delivery)
    assert response.status_code == 409
    assert "resume it first" in words(response)
    assert response.context["comment_form"]["text"].value() == delivery["note"]


def test_the_history_tells_it_all_newest_first(as_marketer: Client, mine: Task, delivery: dict[str, str]) -> None:
    as_marketer.post(reverse("task-step", args=[mine.pk, mine.steps.earliest("position").pk]), {"done": "1"})
    as_marketer.post(path("deliver", mine), delivery)
    history = as_marketer.get(path("show", mine)).context["history"]
    assert history[0].title == "Delivered"
    assert {moment.title for moment in history} >= {"Delivered", "Write the card", "Claimed"}
    assert history[-1].title.startswith("Ordered as O-")
    assert [moment.at for moment in history] == sorted((moment.at for moment in history), reverse=True)


def test_it_asks_the_same_number_of_queries_however_much_hangs_on_it(
    query_count: QueryCount, as_marketer: Client, task: Task, account: Account, rep: User
) -> None:
    with query_count("task-show"):
        as_marketer.get(path("show", task))
    persona = Persona.objects.first()
    people = Contact.objects.bulk_create(
        Contact(account=account, name=f"Person {number}", persona=persona) for number in range(30)
    )
    Recipient.objects.bulk_create(Recipient(line=task.line, contact=contact) for contact in people)
    TaskStep.objects.bulk_create(
        TaskStep(task=task, position=number, name="More", due_on=task.due_on, done_at=datetime.now(UTC), done_by=rep)
        for number in range(10, 30)
    )
    Comment.objects.bulk_create(
        Comment(task=task, by=rep, at=datetime.now(UTC), text=f"Remark {number}") for number in range(40)
    )
    with query_count("task-show"):
        as_marketer.get(path("show", task))
