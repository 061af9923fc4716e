"""Files of tasks: only what a computer does not run is taken in, and nothing is left without a row."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone

from abmhub.core.refusals import NotAllowed
from abmhub.orders import actions, files
from abmhub.orders.models import Task, TaskFile
from abmhub.users.models import User

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR and the rest of it"


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path) -> Iterator[None]:
    """Each test looks at files of its own."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    with override_settings(STORAGES={"default": backend, "staticfiles": backend}):
        yield


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(PNG, "image/png", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0 and so on", "image/jpeg", id="jpeg"),
        pytest.param(b"%PDF-1.7 and so on", "application/pdf", id="pdf"),
        pytest.param("Größe;Zahl\nXL;3\n".encode(), "text/plain", id="text"),
        pytest.param(
            archive("[Content_Types].xml", "word/document.xml"), f"{files.OFFICE}.wordprocessingml.document", id="word"
        ),
        pytest.param(
            archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "", id="excel-with-macros"
        ),
        pytest.param(archive("setup.exe"), "", id="archive"),
        pytest.param(b"MZ\x90\x00\x03\x00", "", id="program"),
        pytest.param(b"#!/bin/sh\nrm -r .\n", "", id="script"),
        pytest.param(b" \n<html><script>alert(1)</script>", "", id="page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "", id="drawing"),
        pytest.param(b"PK\x03\x04 and no archive", "", id="torn-archive"),
    ],
)
def test_it_knows_a_file_by_its_content(content: bytes, kind: str) -> None:
    assert files.kind_of(io.BytesIO(content)) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd.png", id="folders"),
        pytest.param("C:\\photos\\Tin one.PNG", "Tin one.PNG", id="windows"),
        pytest.param("invoice.exe", "invoice.exe.png", id="another-suffix"),
        pytest.param("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png", id="line-ends"),
        pytest.param("", "file.png", id="none"),
        pytest.param("x" * 400 + ".png", "x" * 146 + ".png", id="long"),
    ],
)
def test_it_gives_a_file_a_harmless_name_that_says_what_it_is(name: str, kept: str) -> None:
    assert files.proper_name(name, "image/png") == kept


def test_it_keeps_a_file_under_a_name_that_says_nothing(claimed: Task, marketer: User, now: datetime) -> None:
    file = actions.add_file(task=claimed, file=ContentFile(PNG, name="tin.html"), by=marketer, at=now)

    assert (file.name, file.kind, file.size) == ("tin.html.png", "image/png", len(PNG))
    assert "tin" not in file.path
    with default_storage.open(file.path) as kept:
        assert kept.read() == PNG


def test_whoever_may_not_see_the_task_adds_nothing(task: Task, other_rep: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.add_file(task=task, file=ContentFile(PNG, name="tin.png"), by=other_rep, at=now)

    assert not default_storage.exists(files.FOLDER)


def test_what_is_too_large_or_has_no_room_is_refused(claimed: Task, marketer: User, now: datetime) -> None:
    big = ContentFile(PNG + b"\0" * files.LARGEST_BYTES, name="big.png")
    with pytest.raises(actions.FileRefused, match="25 MB"):
        actions.add_file(task=claimed, file=big, by=marketer, at=now)
    half = ContentFile(PNG + b"\0" * 600_000, name="half.png")
    with override_settings(ABMHUB_FILES_MB=1):
        actions.add_file(task=claimed, file=half, by=marketer, at=now)
        with pytest.raises(actions.FileRefused, match="no room left"):
            actions.add_file(task=claimed, file=half, by=marketer, at=now)

    assert TaskFile.objects.count() == 1


def test_only_its_owner_or_a_manager_takes_a_file_away(
    claimed: Task,
    marketer: User,
    rep: User,
    marketing_manager: User,
    now: datetime,
    django_capture_on_commit_callbacks: object,
) -> None:
    file = actions.add_file(task=claimed, file=ContentFile(PNG, name="tin.png"), by=marketer, at=now)
    with pytest.raises(NotAllowed, match="Mei Chen or a marketing manager"):
        actions.remove_file(file=file, by=rep)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.remove_file(file=file, by=marketing_manager)

    assert not default_storage.exists(file.path)


def test_what_a_killed_upload_left_is_swept_and_nothing_else(claimed: Task, marketer: User, now: datetime) -> None:
    kept = actions.add_file(task=claimed, file=ContentFile(PNG, name="tin.png"), by=marketer, at=now)
    orphan = files.keep(ContentFile(PNG), now)

    assert files.sweep(at=timezone.now()) == 0, "an upload that goes on has no row yet either"
    assert files.sweep(at=timezone.now() + timedelta(hours=3)) == 1
    assert default_storage.exists(kept.path)
    assert not default_storage.exists(orphan)
