"""A file on its way in: uploaded, checked, confirmed, applied, perhaps undone; and what a person settles afterwards."""

from abmhub.imports.actions.applying import BeingApplied, Figures, apply, apply_waiting, note_figures
from abmhub.imports.actions.checking import ask_check, check, check_asked, preview
from abmhub.imports.actions.drafting import (
    Look,
    NotADraft,
    UnknownKind,
    confirm,
    discard,
    look_into,
    map_columns,
    read_as,
    reread,
    shape_of,
    upload,
)
from abmhub.imports.actions.settling import NotKnown, account_called, product_called, settle_deals, settle_name
from abmhub.imports.actions.undoing import CannotBeUndone, ask_undo, can_be_undone, undo, undo_asked

__all__ = [
    "BeingApplied",
    "CannotBeUndone",
    "Figures",
    "Look",
    "NotADraft",
    "NotKnown",
    "UnknownKind",
    "account_called",
    "apply",
    "apply_waiting",
    "ask_check",
    "ask_undo",
    "can_be_undone",
    "check",
    "check_asked",
    "confirm",
    "discard",
    "look_into",
    "map_columns",
    "note_figures",
    "preview",
    "product_called",
    "read_as",
    "reread",
    "settle_deals",
    "settle_name",
    "shape_of",
    "undo",
    "undo_asked",
    "upload",
]
