"""The mappings of Bombora and G2 reach installations that were set up before there were any."""

from importlib import import_module

import pytest
from django.apps import apps

from abmhub.imports.models import SavedMapping

pytestmark = pytest.mark.django_db
add = import_module("abmhub.imports.migrations.0006_bombora_and_g2").add


def of_providers() -> list[tuple[object, ...]]:
    rows = SavedMapping.objects.filter(name__regex="^(Bombora|G2)").order_by("kind", "name")
    return list(rows.values_list("kind", "name", "source", "columns", "mapping", "is_shipped"))


def test_an_older_installation_gets_what_a_new_one_has() -> None:
    new = of_providers()
    assert len(new) == 4
    SavedMapping.objects.filter(name__regex="^(Bombora|G2)").delete()
    add(apps, None)
    assert of_providers() == new


def test_a_mapping_of_that_name_stays_as_it_is() -> None:
    SavedMapping.objects.filter(name="G2").delete()
    own = SavedMapping.objects.create(kind="intent", name="G2", source="G2", mapping={"columns": {"topic": "t"}})
    add(apps, None)
    own.refresh_from_db()
    assert (own.mapping, own.is_shipped) == ({"columns": {"topic": "t"}}, False)
    assert SavedMapping.objects.filter(name="G2").count() == 2


def test_a_new_installation_is_left_to_its_presets() -> None:
    SavedMapping.objects.all().delete()
    add(apps, None)
    assert not SavedMapping.objects.exists()
