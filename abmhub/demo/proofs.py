"""What shows that work was done: the history of tasks, notes and links of steps, photographs, addresses asked for."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile

from abmhub.demo.dice import Dice
from abmhub.demo.load import copy
from abmhub.demo.work import Job
from abmhub.orders import files
from abmhub.orders.actions.addressing import NOTE
from abmhub.orders.addresses import VALID_FOR
from abmhub.orders.models import AddressRequest, Recipient, Task, TaskEvent, TaskFile, TaskStep

PHOTOGRAPHS = 12
NOTES = ("Agreed by phone.", "As the rep said.", "Checked twice, all well.", "Done; see the comment.")
Kind = TaskEvent.Kind


def write(throw: Dice, jobs: Sequence[Job]) -> None:
    """Write the history of every task, and for some of the latest what a marketer would have added."""
    tasks = dict(Task.objects.values_list("line", "pk"))
    copy(TaskEvent, ("task", "at", "kind", "by", "note"), _events(jobs, tasks))
    _write_proofs(throw)
    _ask_for_addresses(throw, jobs, tasks)
    latest = [job for job in jobs if job.finished_at and job.assignee and not job.cancelled_by]
    latest.sort(key=lambda job: (job.finished_at, job.line.id), reverse=True)
    _add_photographs(throw, latest[:PHOTOGRAPHS], tasks)


def _events(jobs: Sequence[Job], tasks: dict[int, int]) -> Iterator[tuple[object, ...]]:
    for job in jobs:
        task, by = tasks[job.line.id], job.assignee.pk if job.assignee else None
        if job.claimed_at:
            yield task, job.claimed_at, Kind.CLAIMED, by, ""
        if job.waiting_since:
            on = Task.WaitingOn(job.waiting_on).label.lower()
            yield task, job.waiting_since, Kind.WAITING, by, f"On {on}: {job.waiting_note}"[:300]


def _write_proofs(throw: Dice) -> None:
    """Notes and tracking links of the steps that are done, in one statement each."""
    done = TaskStep.objects.exclude(done_at=None)
    done.filter(proof="note").update(proof_text=throw.pick(NOTES))
    done.filter(proof="link").update(proof_text=f"https://courier.example/track/{throw.randint(10**8, 10**9)}")


def _ask_for_addresses(throw: Dice, jobs: Sequence[Job], tasks: dict[int, int]) -> None:
    """Of tasks that wait on a recipient: they wait for the address."""
    waiting = [
        (job, job.assignee)
        for job in jobs
        if job.waiting_on == Task.WaitingOn.RECIPIENT and job.line.tactic.ships and job.assignee
    ]
    Task.objects.filter(pk__in=[tasks[job.line.id] for job, _ in waiting]).update(waiting_note=NOTE)
    for job, marketer in waiting:
        asked_at = job.waiting_since or job.order.at
        for number, recipient in enumerate(Recipient.objects.filter(line=job.line.id).order_by("pk")):
            is_known = number > 0
            AddressRequest.objects.create(
                task_id=tasks[job.line.id],
                recipient=recipient,
                nonce=UUID(int=throw.randint(0, 2**128 - 1)),
                asked_by=marketer,
                asked_at=asked_at,
                expires_at=asked_at + VALID_FOR,
                confirmed_at=asked_at + timedelta(hours=3) if is_known else None,
                address=f"{throw.randint(2, 90)} Harbour Street\n{job.order.company.city}" if is_known else "",
            )


def _add_photographs(throw: Dice, jobs: Sequence[Job], tasks: dict[int, int]) -> None:
    for job in jobs:
        at = job.finished_at
        if at is None or job.assignee is None:
            continue
        content = picture(throw.randint(0, 255), throw.randint(0, 255))
        TaskFile.objects.create(
            task_id=tasks[job.line.id],
            by=job.assignee,
            at=at - timedelta(minutes=20),
            name="Ready to go.png",
            kind="image/png",
            size=len(content),
            path=files.keep(ContentFile(content), at),
        )


def picture(red: int, blue: int, *, width: int = 240, height: int = 160) -> bytes:
    """A PNG that shades from one colour into another: what a photograph would be, without one."""
    rows = b"".join(
        b"\0" + b"".join(bytes((red, 60 + x * 150 // width, (blue + y) % 256)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
