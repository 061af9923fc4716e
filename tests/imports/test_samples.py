"""The samples that people begin from: one after the other they come in as they are."""

from abmhub.imports.kinds import GROUPS, INTAKES
from abmhub.signals.models import IntentProvider
from tests.imports.conftest import TakeIn, remarks_of


def test_in_the_order_of_the_guide_every_sample_comes_in(take_in: TakeIn) -> None:
    IntentProvider.objects.get_or_create(code="bombora", defaults={"name": "Bombora", "lawful_basis": "consent"})
    for _, kinds in GROUPS:
        for kind in kinds:
            run = take_in(kind, "\n".join(",".join(cells) for cells in INTAKES[kind].sample) + "\n")
            assert (kind, run.accepted, remarks_of(run)) == (kind, 3, [])
