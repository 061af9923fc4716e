"""What squashed migrations are made of. CONTRIBUTING says how to squash."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Operations on tables that are new, for which Django works out the models of the project once.

    After each operation it would do so again for all that are related to the one it touched, which are nearly all:
    most of the time of a first start. None of the operations may need a state in between.
    """

    reduces_to_sql = True
    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)  # the models, worked out when next asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _: ProjectState, after: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, after, after)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, after: ProjectState, _: ProjectState
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, after, after)

    def describe(self) -> str:
        return f"Make {len(self.operations)} tables and triggers together"
