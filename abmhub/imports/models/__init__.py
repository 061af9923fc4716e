"""Files that came in, what became of each of their rows, and what was decided about the next ones."""

from abmhub.imports.models.memory import SavedMapping, Settlement, SurvivorRule
from abmhub.imports.models.row import ExpectedRow, ImportChange, ImportRemark
from abmhub.imports.models.run import KEPT_FOR, ImportPiece, ImportRun, Kind

__all__ = [
    "KEPT_FOR",
    "ExpectedRow",
    "ImportChange",
    "ImportPiece",
    "ImportRemark",
    "ImportRun",
    "Kind",
    "SavedMapping",
    "Settlement",
    "SurvivorRule",
]
