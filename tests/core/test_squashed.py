"""A new installation comes by its tables in fewer steps than an older one did, and they are the same tables."""

from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from pgtrigger import Before, Insert, Trigger
from pgtrigger.migrations import AddTrigger

from abmhub.core.squashed import Together


class OneByOne(MigrationLoader):
    """What an installation went through that was there before migrations were squashed."""

    def load_disk(self) -> None:
        super().load_disk()
        last = {key: each.replaces[-1] for key, each in self.disk_migrations.items() if each.replaces}
        kept: Any = {key: each for key, each in self.disk_migrations.items() if key not in last}
        for each in kept.values():
            each.dependencies = [last.get(needed, needed) for needed in each.dependencies]
        self.disk_migrations = kept


def told(state: ProjectState) -> dict[tuple[str, str], object]:
    """Of every model its fields and whatever else of it is there."""
    plain = MigrationAutodetector(state, state).deep_deconstruct
    return {
        key: (
            {name: plain(field) for name, field in model.fields.items()},
            {name: plain(value) for name, value in model.options.items() if value != []},
            model.bases,
            model.managers,
        )
        for key, model in state.models.items()
    }


def test_squashed_migrations_come_to_what_those_came_to_that_they_replace() -> None:
    before, now = OneByOne(None), MigrationLoader(None)
    assert len(now.graph.nodes) < len(before.graph.nodes) - 50
    assert told(now.project_state()) == told(before.project_state())


@pytest.mark.django_db
def test_tables_that_refer_to_each_other_are_made_and_dropped_together() -> None:
    key = ("id", models.BigAutoField(primary_key=True))
    hen: list[tuple[str, models.Field[Any, Any]]] = [key, ("from_egg", models.ForeignKey("core.egg", models.CASCADE))]
    egg: list[tuple[str, models.Field[Any, Any]]] = [
        key,
        ("of_hen", models.ForeignKey("core.hen", models.CASCADE)),
        ("spots", ArrayField(models.IntegerField())),
    ]
    trigger = Trigger(name="unlaid", when=Before, operation=Insert, func="RETURN NULL;")
    together = Together(
        [migrations.CreateModel("Hen", hen), migrations.CreateModel("Egg", egg), AddTrigger("egg", trigger)]
    )
    nothing, both = ProjectState(), ProjectState()
    together.state_forwards("core", both)
    with connection.schema_editor() as editor:
        together.database_forwards("core", editor, nothing, both)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_egg (of_hen_id, spots) VALUES (1, '{7}')")
        assert cursor.rowcount == 0
    with connection.schema_editor() as editor:
        together.database_backwards("core", editor, both, nothing)
    assert not {"core_hen", "core_egg"} & set(connection.introspection.table_names())
