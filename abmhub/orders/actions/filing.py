"""Files are added to a task, and taken away again."""

from datetime import datetime

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from abmhub.core.refusals import NotAllowed
from abmhub.orders import files
from abmhub.orders.models import Task, TaskFile, TaskStep
from abmhub.users.models import User
from abmhub.users.verbs import may, require


@transaction.atomic
def add_file(*, task: Task, file: "File[bytes]", by: User, at: datetime, step: TaskStep | None = None) -> TaskFile:
    """Keep a file with a task, as proof of a step if one is named.

    The file lies in the storage before its row is there: who is killed between the two leaves a file that
    a sweep finds. Raises NotAllowed for somebody who may not see the task, or FileRefused.
    """
    require(by, "orders.add_file")
    if not Task.objects.visible_to(by).filter(pk=task.pk).exists():
        raise NotAllowed("This task is not yours to add files to.")
    kind, size = files.check(file), file.size
    return TaskFile.objects.create(
        task=task,
        step=step if step and step.task_id == task.pk else None,
        by=by,
        at=at,
        name=files.proper_name(file.name or "", kind),
        kind=kind,
        size=size,
        path=files.keep(file, at),
    )


@transaction.atomic
def remove_file(*, file: TaskFile, by: User) -> None:
    """Take away a file, which whoever added it and managers may. Raises NotAllowed."""
    require(by, "orders.add_file")
    is_visible = TaskFile.objects.visible_to(by).filter(pk=file.pk).exists()
    if not is_visible or (file.by_id != by.pk and not may(by, "orders.help_with_any_task")):
        raise NotAllowed(f"Only {file.by} or a marketing manager can remove this file.")
    path = file.path
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))
