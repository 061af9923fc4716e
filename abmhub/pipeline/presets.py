"""The stages that ship. A file with other stage names adds its own on import."""

from abmhub.pipeline.models import Stage

STAGES = (
    # name, kind, counts as an opportunity
    ("Prospecting", Stage.Kind.OPEN, False),
    ("Engaging", Stage.Kind.OPEN, True),
    ("Proposal", Stage.Kind.OPEN, True),
    ("Negotiation", Stage.Kind.OPEN, True),
    ("Won", Stage.Kind.WON, True),
    ("Lost", Stage.Kind.LOST, True),
)


def load() -> None:
    """Fill the stages of an installation that has none."""
    if not Stage.objects.exists():
        Stage.objects.bulk_create(
            Stage(name=name, kind=kind, position=position, is_qualified=is_qualified)
            for position, (name, kind, is_qualified) in enumerate(STAGES, start=1)
        )
