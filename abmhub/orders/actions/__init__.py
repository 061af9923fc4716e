"""Everything that can be done with orders and tasks, and why it may be refused."""

from abmhub.core.refusals import NotAllowed, Refused
from abmhub.orders.actions.addressing import (
    AddressMissing,
    LinkExpired,
    NothingToSend,
    ask_addresses,
    confirm_address,
    purge_addresses,
)
from abmhub.orders.actions.amending import NotToBeChanged, amend_order, given_back
from abmhub.orders.actions.approving import (
    AlreadyDecided,
    NoReason,
    NotYoursToDecide,
    approve,
    decline,
    escalate_approvals,
    request_changes,
)
from abmhub.orders.actions.bulk import TooMany, confirm_bulk, place_rows
from abmhub.orders.actions.cancelling import TooLate, cancel_line
from abmhub.orders.actions.commenting import NothingSaid, comment
from abmhub.orders.actions.covering import cover_absences
from abmhub.orders.actions.delivering import (
    FOLLOW_UP_HOURS,
    DeliveryIncomplete,
    deliver,
    finish_follow_up,
)
from abmhub.orders.actions.escalating import escalate
from abmhub.orders.actions.filing import add_file, remove_file
from abmhub.orders.actions.handing import CannotWork, NoLongerWith, hand_over
from abmhub.orders.actions.leaving import reroute_leavers
from abmhub.orders.actions.levelling import WorkloadChanged, accept_moves
from abmhub.orders.actions.placing import KeyReused, MenuChanged, NotOrderable, place_order
from abmhub.orders.actions.routing import route_tasks
from abmhub.orders.actions.ruling import StillNeeded, remove_rule, set_rule
from abmhub.orders.actions.stopping import stop_plays
from abmhub.orders.actions.striking import strike_recipients
from abmhub.orders.actions.subscribing import make_feed, revoke_feed
from abmhub.orders.actions.succeeding import pass_on_follow_ups
from abmhub.orders.actions.ticking import NotYet, ProofMissing, check_point, is_link, tick_step, untick_step
from abmhub.orders.actions.words import TooLong
from abmhub.orders.actions.working import (
    AlreadyClaimed,
    NotYours,
    WrongState,
    claim_next,
    claim_task,
    release_task,
    resume,
    wait,
)
from abmhub.orders.files import FileRefused
from abmhub.orders.mentions import NotMentionable
from abmhub.orders.quoting import LineRequest

__all__ = [
    "FOLLOW_UP_HOURS",
    "AddressMissing",
    "AlreadyClaimed",
    "AlreadyDecided",
    "CannotWork",
    "DeliveryIncomplete",
    "FileRefused",
    "KeyReused",
    "LineRequest",
    "LinkExpired",
    "MenuChanged",
    "NoLongerWith",
    "NoReason",
    "NotAllowed",
    "NotMentionable",
    "NotOrderable",
    "NotToBeChanged",
    "NotYet",
    "NotYours",
    "NotYoursToDecide",
    "NothingSaid",
    "NothingToSend",
    "ProofMissing",
    "Refused",
    "StillNeeded",
    "TooLate",
    "TooLong",
    "TooMany",
    "WorkloadChanged",
    "WrongState",
    "accept_moves",
    "add_file",
    "amend_order",
    "approve",
    "ask_addresses",
    "cancel_line",
    "check_point",
    "claim_next",
    "claim_task",
    "comment",
    "confirm_address",
    "confirm_bulk",
    "cover_absences",
    "decline",
    "deliver",
    "escalate",
    "escalate_approvals",
    "finish_follow_up",
    "given_back",
    "hand_over",
    "is_link",
    "make_feed",
    "pass_on_follow_ups",
    "place_order",
    "place_rows",
    "purge_addresses",
    "release_task",
    "remove_file",
    "remove_rule",
    "request_changes",
    "reroute_leavers",
    "resume",
    "revoke_feed",
    "route_tasks",
    "set_rule",
    "stop_plays",
    "strike_recipients",
    "tick_step",
    "untick_step",
    "wait",
]
