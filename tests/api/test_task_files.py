"""Files of tasks, by program."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from abmhub.orders.models import Task, TaskFile
from abmhub.users.models import User
from tests.api.conftest import SignIn
from tests.api.test_tasks import task

__all__ = ["task"]

FILES = "/api/v1/task-files/"
PDF = b"%PDF-1.7 proof"


@pytest.fixture(autouse=True)
def _storage(tmp_path: object, settings: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]


def sent(task: Task, name: str, content: bytes) -> dict[str, object]:
    return {"task": task.pk, "file": SimpleUploadedFile(name, content)}


def test_a_file_is_added_listed_kept_and_taken_away(
    api_as: SignIn, task: Task, rep: User, marketer: User, other_rep: User, now: datetime
) -> None:
    client = api_as(marketer)
    added = client.post(FILES, sent(task, "../proof.exe", PDF), format="multipart")
    assert added.status_code == 201, added.json()
    assert (added.json()["kind"], added.json()["name"]) == ("application/pdf", "proof.exe.pdf")
    path = f"{FILES}{added.json()['id']}/"
    assert [row["id"] for row in client.get(f"{FILES}?task={task.pk}").json()["results"]] == [added.json()["id"]]
    assert api_as(rep).get(FILES).json()["results"][0]["by"]["name"] == "Mei Chen"
    assert api_as(other_rep).get(FILES).json()["results"] == []
    kept = client.get(f"{path}content/")
    assert b"".join(kept.streaming_content) == PDF  # type: ignore[attr-defined]
    assert kept["Content-Disposition"].startswith("attachment")
    assert kept["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert api_as(rep).delete(path).status_code == 403
    assert client.delete(path).status_code == 204
    assert not TaskFile.objects.exists()


def test_what_is_not_taken_in_is_said(api_as: SignIn, task: Task, marketer: User, other_rep: User) -> None:
    refused = api_as(marketer).post(FILES, sent(task, "run.pdf", b"MZ\x00"), format="multipart")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "file_refused")
    assert api_as(other_rep).post(FILES, sent(task, "a.pdf", PDF), format="multipart").status_code == 404
    assert not TaskFile.objects.exists()
