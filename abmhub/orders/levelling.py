"""What could go from people who have promised too much to people who have room, so that fewer are over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from abmhub.orders.workload import NONE, Load, Piece, Workload
from abmhub.users.models import User

MOST_MOVES = 30
"""More nobody would read before they accept it."""


@dataclass(frozen=True)
class Move:
    """A task that goes from one person to another, and how many hours of it."""

    piece: Piece
    to_id: int

    @property
    def key(self) -> str:
        """What a form sends to mean this move."""
        return f"{self.piece.task_id}:{self.piece.person_id}:{self.to_id}"

    @property
    def hours(self) -> Decimal:
        return sum(self.piece.hours, NONE)


@dataclass(frozen=True)
class Proposal:
    """Moves that together make things better; nobody gets more than fits, and whoever is over gives away the least."""

    moves: Sequence[Move]
    loads: dict[int, Load]
    """Everybody's load as it would be then."""

    @property
    def still_over(self) -> list[Load]:
        return [load for load in self.loads.values() if load.is_over]

    def between(self) -> Iterator[tuple[User, User, list[Move]]]:
        """The moves by who gives and who gets."""

        def ends(move: Move) -> tuple[int, int]:
            return move.piece.person_id, move.to_id

        for (giver, getter), some in groupby(sorted(self.moves, key=ends), key=ends):
            yield self.loads[giver].person, self.loads[getter].person, list(some)


def level(workload: Workload) -> Proposal:
    """The least that has to move until nobody is over, or until nothing more fits anywhere.

    Slot after slot, from whoever is over by the most: the smallest task that is enough, or else the largest, to whoever
    has the skills and would then have the most room left. What is begun moves only when nothing else can.
    """
    loads = {pk: _copy(load) for pk, load in workload.loads.items()}
    moves: list[Move] = []
    left = list(workload.pieces)
    for slot in range(len(workload.slots)):
        for load in sorted(loads.values(), key=lambda each: (-each.over(slot), each.person.pk)):
            while load.over(slot) and len(moves) < MOST_MOVES and (move := _next(load, slot, left, loads, workload)):
                _apply(move, loads)
                left.remove(move.piece)
                moves.append(move)
    return Proposal(moves, loads)


def _next(load: Load, slot: int, left: Sequence[Piece], loads: dict[int, Load], workload: Workload) -> Move | None:
    """The next task to give away, and to whom; None when nothing of theirs fits anywhere."""
    over = load.over(slot)
    own = [piece for piece in left if piece.person_id == load.person.pk and piece.hours[slot]]
    enough = sorted((piece for piece in own if piece.hours[slot] >= over), key=lambda piece: piece.hours[slot])
    others = sorted((piece for piece in own if piece.hours[slot] < over), key=lambda piece: -piece.hours[slot])
    for piece in sorted((*enough, *others), key=lambda piece: piece.is_begun):
        getters = [
            pk
            for pk, other in loads.items()
            if pk != load.person.pk and _fits(piece, other) and workload.can_do(pk, piece.tactic_id)
        ]
        if getters:
            return Move(piece, max(getters, key=lambda pk: (_room(piece, loads[pk]), -pk)))
    return None


def _fits(piece: Piece, load: Load) -> bool:
    return all(load.hours[slot] + hours <= load.capacity[slot] for slot, hours in enumerate(piece.hours) if hours)


def _room(piece: Piece, load: Load) -> Decimal:
    """What would be left to somebody where it would be tightest."""
    return min(load.capacity[slot] - load.hours[slot] - hours for slot, hours in enumerate(piece.hours) if hours)


def _apply(move: Move, loads: dict[int, Load]) -> None:
    giver, getter = loads[move.piece.person_id], loads[move.to_id]
    for slot, hours in enumerate(move.piece.hours):
        if hours:
            giver.hours[slot] -= hours
            getter.hours[slot] += hours
            giver.tasks[slot] -= 1
            getter.tasks[slot] += 1


def _copy(load: Load) -> Load:
    return Load(load.person, list(load.capacity), list(load.hours), list(load.tasks))
