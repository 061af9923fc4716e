"""What import-linter cannot see: foreign keys point down too, and the domain knows no HTTP."""

import ast
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

# Higher may point to lower; rooms on one line may not touch.
FLOORS = (
    {"core"},
    {"users"},
    {"accounts"},
    {"committee"},
    {"campaigns"},
    {"signals", "pipeline"},
    {"menus", "budgets"},
    {"scoring", "orders"},
    {"imports"},
    {"funnel"},
    {"metrics"},
    {"integrations"},
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def relations_between_rooms() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model._meta.label}.{field.name}")
        for model in apps.get_models()
        if model._meta.app_label in HEIGHT
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if isinstance(field, ForeignKey | ManyToManyField) and field.related_model._meta.app_label in HEIGHT
    ]


def test_every_foreign_key_points_down_or_stays_in_its_room() -> None:
    relations = relations_between_rooms()
    upward = [name for room, target, name in relations if room != target and HEIGHT[target] >= HEIGHT[room]]
    assert len(relations) > 40
    assert upward == []


def test_every_room_with_tables_has_its_place_in_the_drawing() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("abmhub.")}
    with_tables = {label for label in ours if list(apps.get_app_config(label).get_models())}
    assert with_tables == set(HEIGHT)


def modules_imported_by(path: Path) -> set[str]:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)
    return imported


def test_no_domain_room_knows_http() -> None:
    house = Path(__file__).resolve().parent.parent / "abmhub"
    files = [
        path
        for room in HEIGHT
        for path in (house / room).rglob("*.py")
        # The admin of a room, a module or a package of them, is where it meets Django's.
        if not {"admin", "migrations"} & set(path.relative_to(house).with_suffix("").parts)
    ]
    offenders = {
        str(path.relative_to(house)): sorted(known)
        for path in files
        if (known := modules_imported_by(path) & {"django.http", "django.shortcuts"})
    }
    assert len(files) > 30
    assert offenders == {}
