"""A file on its way in: uploaded, checked, confirmed, applied, perhaps undone; and what a person settles afterwards."""

from abmhub.imports.actions.applying import BeingApplied, Figures, apply, apply_waiting, note_figures
from abmhub.imports.actions.checking import preview
from abmhub.imports.actions.drafting import (
    Look,
    NotADraft,
    UnknownKind,
    confirm,
    discard,
    look_into,
    map_columns,
    reread,
    shape_of,
    upload,
)
from abmhub.imports.actions.settling import NotKnown, account_called, product_called, settle_deals, settle_name

__all__ = [
    "BeingApplied",
    "Figures",
    "Look",
    "NotADraft",
    "NotKnown",
    "UnknownKind",
    "account_called",
    "apply",
    "apply_waiting",
    "confirm",
    "discard",
    "look_into",
    "map_columns",
    "note_figures",
    "preview",
    "product_called",
    "reread",
    "settle_deals",
    "settle_name",
    "shape_of",
    "upload",
]
