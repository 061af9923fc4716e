"""The squashed migration of rooms: their tables and the triggers of models, as all their migrations leave them.

.venv/bin/python scripts/squash.py menus orders

It names the operations that are then to be added by hand, where a new installation needs them. CONTRIBUTING says how
to go on.
"""

import os
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import django
from django.conf import settings
from django.db import migrations
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from pgtrigger.migrations import AddTrigger

from abmhub.core.squashed import Together

BY_HAND = (migrations.RunSQL, migrations.RunPython, migrations.SeparateDatabaseAndState)


def creation(model: ModelState) -> Operation:
    options = {name: value for name, value in model.options.items() if name != "triggers" and value != []}
    return migrations.CreateModel(model.name, list(model.fields.items()), options, model.bases, model.managers)


def triggers(model: ModelState) -> Iterable[Operation]:
    return (AddTrigger(model.name_lower, trigger) for trigger in model.options.get("triggers", ()))


def squash(room: str, loader: MigrationLoader) -> Migration:
    """Columns stand in the order in which they came: new tables are what old ones have become."""
    graph = loader.graph
    [last] = graph.leaf_nodes(room)
    replaced = [graph.nodes[key] for key in graph.forwards_plan(last) if key[0] == room]
    if squashed := [each.name for each in replaced if each.replaces]:
        raise SystemExit(f"{room} is squashed already: first make {squashed[0]} an ordinary migration.")
    models = [model for key, model in loader.project_state().models.items() if key[0] == room]
    others = {app for each in replaced for app, _ in each.dependencies} - {room, "__setting__"}
    dependencies = [graph.leaf_nodes(app)[0] for app in sorted(others)]
    if any(app == "__setting__" for each in replaced for app, _ in each.dependencies):
        dependencies.append(migrations.swappable_dependency(settings.AUTH_USER_MODEL))
    parts = {
        "initial": True,
        "replaces": [(room, each.name) for each in replaced],
        "dependencies": dependencies,
        "operations": [Together([*map(creation, models), *chain.from_iterable(map(triggers, models))])],
    }
    for each in replaced:
        for operation in each.operations:
            if isinstance(operation, BY_HAND):
                print(f"{room} {each.name}: {operation.describe()}", file=sys.stderr)
    squashed_migration: type[Migration] = type("Migration", (Migration,), parts)
    return squashed_migration(f"0001_squashed_{last[1]}", room)


def main(rooms: Iterable[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
    django.setup()
    loader = MigrationLoader(None)
    for room in rooms:
        writer = MigrationWriter(squash(room, loader), include_header=False)
        Path(writer.path).write_text(writer.as_string())


if __name__ == "__main__":
    main(sys.argv[1:])
