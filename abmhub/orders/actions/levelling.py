"""Work goes from people who have promised too much to people who have room, as it was proposed."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.orders.actions.handing import hand_over
from abmhub.orders.levelling import Move, level
from abmhub.orders.models import Task
from abmhub.orders.workload import workload_on
from abmhub.users.models import User
from abmhub.users.verbs import require


class WorkloadChanged(Refused):
    """What was proposed is no longer what would help."""


@transaction.atomic
def accept_moves(*, keys: Collection[str], slots: str, team_id: int | None, by: User, at: datetime) -> list[Move]:
    """Do these moves of the proposal for the weeks or days of `slots`: all of them, or none.

    `keys` are those of the moves as they were shown. Raises NotAllowed, WorkloadChanged when one of them is no longer
    proposed, or what `hand_over` raises when a task moves on at this very moment.
    """
    require(by, "orders.help_with_any_task")
    workload = workload_on(business_day(at), by=slots, team_id=team_id)
    proposed = {move.key: move for move in level(workload).moves}
    if not keys or not proposed.keys() >= set(keys):
        raise WorkloadChanged("The work has changed since this was proposed: nothing was moved. This would help now.")
    # In the same order by everyone: two who accept at once wait for each other, and not for ever.
    moves = sorted((proposed[key] for key in set(keys)), key=lambda move: move.piece.task_id)
    tasks = Task.objects.in_bulk([move.piece.task_id for move in moves])
    for move in moves:
        to = workload.loads[move.to_id].person
        hand_over(task=tasks[move.piece.task_id], to=to, seen=move.piece.person_id, by=by, at=at)
    return moves
