"""The steps of a task and the points of their checklists, ticked in the order of the recipe and with what shows it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from abmhub.core.refusals import Refused
from abmhub.menus.models import RecipeStep
from abmhub.orders.actions.words import trimmed
from abmhub.orders.actions.working import locked_for_step, must_be_in_progress
from abmhub.orders.models import TaskStep
from abmhub.users.models import User

Proof = RecipeStep.Proof
PROOF_LENGTH = 500
ASKED = {
    Proof.NOTE: "Say in a few words what came of it.",
    Proof.LINK: "Give the tracking number or the link that shows it.",
    Proof.FILE: "Add the file or photograph that shows it.",
}


class NotYet(Refused):
    """The recipe has another step before this one."""


class ProofMissing(Refused):
    """The recipe asks for something that shows that the step is done."""


@transaction.atomic
def tick_step(*, step: TaskStep, by: User, at: datetime, proof: str = "") -> None:
    """Mark a step done; a step that is done keeps who did it first.

    `proof` is the note or link that the recipe asks for; a file must have been added to the step before. Raises
    NotAllowed, NotYours, NotYet, ProofMissing, TooLong, or WrongState unless the task is in progress.
    """
    must_be_in_progress(locked_for_step(step, by))
    step = TaskStep.objects.get(pk=step.pk)
    if step.done_at is not None:
        return
    before = step.task.steps.filter(position__in=step.after, done_at=None).order_by("position").first()
    if before is not None:
        raise NotYet(f"First comes: {before}.")
    proof = trimmed(proof, limit=PROOF_LENGTH, what="What shows it")
    if not _is_shown(step, proof):
        raise ProofMissing(f"{step}: {ASKED[Proof(step.proof)]}")
    step.done_at, step.done_by, step.proof_text = at, by, proof
    step.save(update_fields=["done_at", "done_by", "proof_text"])


def _is_shown(step: TaskStep, proof: str) -> bool:
    if step.proof == Proof.FILE:
        return step.files.exists()
    return bool(proof) if step.proof in (Proof.NOTE, Proof.LINK) else True


@transaction.atomic
def untick_step(*, step: TaskStep, by: User, at: datetime) -> None:
    """Mark a step as not done after all; what was to show it is kept to be sent again. Refuses as `tick_step` does."""
    must_be_in_progress(locked_for_step(step, by))
    TaskStep.objects.filter(pk=step.pk).update(done_at=None, done_by=None)


@transaction.atomic
def check_point(*, step: TaskStep, point: int, is_done: bool, by: User, at: datetime) -> None:
    """Tick a point of the checklist of a step, or take the tick back. Raises NotAllowed, NotYours or WrongState."""
    must_be_in_progress(locked_for_step(step, by))
    step = TaskStep.objects.get(pk=step.pk)
    if 0 <= point < len(step.checklist):
        step.checked = sorted({*step.checked, point} if is_done else {*step.checked} - {point})
        step.save(update_fields=["checked"])


def is_link(text: str) -> bool:
    """Whether a page may offer the text as a link: https alone, with a host."""
    try:
        URLValidator(schemes=["https"])(text)
    except ValidationError:
        return False
    return True
