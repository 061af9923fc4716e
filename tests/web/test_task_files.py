"""Files on the page of a task, and how they are handed out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from abmhub.orders import actions
from abmhub.orders.models import Task, TaskFile, TaskStep
from abmhub.users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def photograph(name: str = "tin.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, content_type="text/html")


@pytest.fixture
def mine(task: Task, marketer: User, now: object) -> Task:
    return actions.claim_task(task=task, by=marketer, at=now)  # type: ignore[arg-type]


def test_a_file_is_handed_out_so_that_nothing_of_it_runs(as_rep: Client, task_file: TaskFile) -> None:
    answer = as_rep.get(reverse("task-file-show", args=[task_file.pk]))

    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="letter.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_only_pictures_are_shown_in_place(as_rep: Client, task_file: TaskFile) -> None:
    shown = reverse("task-file-show", args=[task_file.pk]) + "?preview=1"
    answer = as_rep.get(shown)
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("inline")
    TaskFile.objects.update(kind="application/pdf")
    answer = as_rep.get(shown)
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")


def test_who_may_not_see_the_task_finds_no_file(as_other_rep: Client, task_file: TaskFile) -> None:
    assert as_other_rep.get(reverse("task-file-show", args=[task_file.pk])).status_code == 404
    assert as_other_rep.post(reverse("task-file-remove", args=[task_file.pk])).status_code == 404


def test_the_type_that_a_browser_claims_is_not_believed(as_rep: Client, task: Task) -> None:
    page = SimpleUploadedFile("photo.png", b"<script>alert(1)</script>", content_type="image/png")
    answer = as_rep.post(reverse("task-file-add", args=[task.pk]), {"file": page}, follow=True)

    assert "This kind of file is not taken in" in answer.content.decode()
    assert not TaskFile.objects.exists()
    as_rep.post(reverse("task-file-add", args=[task.pk]), {"file": photograph()})
    assert TaskFile.objects.get().kind == "image/png"


def test_a_step_that_asks_for_a_file_is_ticked_with_one(as_marketer: Client, mine: Task, step: TaskStep) -> None:
    TaskStep.objects.filter(pk=step.pk).update(proof="file")
    ticking = reverse("task-step", args=[mine.pk, step.pk])
    answer = as_marketer.post(ticking, {"done": "1"}, follow=True)
    assert "Add the file or photograph that shows it" in answer.content.decode()

    as_marketer.post(ticking, {"file": photograph()})
    step.refresh_from_db()
    assert step.done_at is not None
    assert [file.name for file in step.files.all()] == ["tin.png"]


def test_a_file_of_a_tick_that_is_refused_is_not_kept(as_other_marketer: Client, mine: Task, step: TaskStep) -> None:
    as_other_marketer.post(reverse("task-step", args=[mine.pk, step.pk]), {"file": photograph()})

    assert not TaskFile.objects.exists()


def test_delivery_asks_for_the_file_that_the_recipe_asks_for(as_marketer: Client, mine: Task, step: TaskStep) -> None:
    TaskStep.objects.filter(pk=step.pk).update(proof="file")
    delivering = reverse("task-deliver", args=[mine.pk])
    words = {"note": "Handed over.", "without_steps": "on", "tracking_url": "https://courier.example/1"}
    assert as_marketer.post(delivering, words).status_code == 422

    as_marketer.post(delivering, {**words, "file": photograph()})
    mine.refresh_from_db()
    assert mine.state == Task.State.DONE
    assert mine.files.count() == 1
    assert 'href="https://courier.example/1"' in as_marketer.get(reverse("task-show", args=[mine.pk])).content.decode()


@pytest.mark.parametrize("link", ["http://courier.example/1", "javascript:alert(1)"])
def test_a_tracking_link_is_https_or_refused(as_marketer: Client, mine: Task, link: str) -> None:
    words = {"note": "Handed over.", "without_steps": "on", "tracking_url": link}
    answer = as_marketer.post(reverse("task-deliver", args=[mine.pk]), words)

    assert answer.status_code in (409, 422)
    mine.refresh_from_db()
    assert mine.state == Task.State.IN_PROGRESS


def test_the_list_of_people_offers_who_may_see_the_task(
    as_marketer: Client, task: Task, rep: User, other_rep: User
) -> None:
    found = as_marketer.get(reverse("task-people", args=[task.pk]), {"q": "ra"}).content.decode()
    assert "Rana Haddad" in found
    assert "Oscar Lund" not in as_marketer.get(reverse("task-people", args=[task.pk]), {"q": "os"}).content.decode()
