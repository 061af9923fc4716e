"""Which value of a field survives when a source says another than we have: decided once, for every file of it."""

from typing import Any

from django.db.models import CharField, Model
from psycopg.sql import SQL, Composable, Identifier, Literal

from abmhub.core import sql
from abmhub.imports.kinds.base import Intake
from abmhub.imports.models import SurvivorRule

SAYS_SOMETHING = SQL("({value} IS NOT NULL AND to_jsonb({value}) NOT IN ('\"\"', '[]'))")
IS_OTHER = SQL("to_jsonb({new}) IS DISTINCT FROM to_jsonb({old})")


def keep_what_survives(intake: Intake, source: str) -> None:
    """Take out of the staged rows what their source may not say; the rows tell in `kept` of which fields that was.

    Called before they are merged. The columns of a field are those that model and staging table call the same; of a
    key in a JSON column `column.key`.
    """
    model, columns = intake.model, intake.survivors
    rules = SurvivorRule.objects.filter(kind=intake.kind, source=source, field__in=columns)
    strict = rules.exclude(rule=SurvivorRule.Rule.NEWEST).order_by("field")
    found = dict(strict.values_list("field", "rule"))
    if not found:
        return
    labels = {known.name: known.label for known in intake.fields}
    blocked: list[Composable] = []
    kept: list[Composable] = []
    values: dict[str, Composable] = {}
    for number, (field, rule) in enumerate(found.items()):
        flag = f"blocked_{number}"
        new, old = (_value(side, columns[field][0]) for side in ("new", "old"))
        is_blocked = SQL("true") if rule == SurvivorRule.Rule.NEVER else SAYS_SOMETHING.format(value=old)
        blocked.append(SQL("{} AS {}").format(is_blocked, Identifier(flag)))
        is_kept = SQL(" AND ").join((is_blocked, SAYS_SOMETHING.format(value=new), IS_OTHER.format(new=new, old=old)))
        kept.append(SQL("CASE WHEN {} THEN {} END").format(is_kept, Literal(labels[field].lower())))
        for column in columns[field]:
            name, _, key = column.partition(".")
            present = values.get(name, Identifier("live", name))
            values[name] = _without(key, present, flag) if key else _unless(flag, model, name, present)
    sql.run(
        "imports/rows/survive",
        {
            "table": Identifier(model._meta.db_table),
            "blocked": SQL(", ").join(blocked),
            "kept": SQL(", ").join(kept),
            "values": SQL(", ").join(SQL("{} = {}").format(Identifier(name), value) for name, value in values.items()),
        },
    )


def _value(side: str, column: str) -> Composable:
    name, _, key = column.partition(".")
    return SQL("({} -> {})").format(Identifier(side, name), Literal(key)) if key else Identifier(side, name)


def _without(key: str, present: Composable, flag: str) -> Composable:
    return SQL("({} - CASE WHEN {} THEN {} ELSE '' END)").format(present, Identifier("ruled", flag), Literal(key))


def _unless(flag: str, model: type[Model], column: str, present: Composable) -> Composable:
    """Nothing in place of what the row says; what no row can do without becomes what it was."""
    field: Any = model._meta.get_field(column)
    if not field.null and not field.blank and not field.has_default():
        nothing: Composable = SQL("coalesce((SELECT {} FROM {} WHERE id = live.target_id), {})").format(
            Identifier(column), Identifier(model._meta.db_table), present
        )
    else:
        nothing = SQL("''") if isinstance(field, CharField) and not field.null else SQL("NULL")
    return SQL("CASE WHEN {} THEN {} ELSE {} END").format(Identifier("ruled", flag), nothing, present)
