"""A dead cache must not be noticed by anybody but the log."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test import Client

from abmhub.core.cache import FailOpenCache
from abmhub.users.models import User


@pytest.fixture
def dead(tmp_path: Path) -> FailOpenCache:
    return FailOpenCache(f"unix://{tmp_path}/nobody.sock?db=1", {"OPTIONS": {"socket_timeout": 2}})


@pytest.fixture
def dead_site(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The whole site, with its cache dead."""
    nowhere = f"unix://{tmp_path}/nobody.sock?db=1"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    yield
    dead = caches["default"]
    assert isinstance(dead, FailOpenCache)
    assert dead._asleep_until > 0, "nobody asked the dead cache"


def test_a_living_one_remembers() -> None:
    assert isinstance(caches["default"], FailOpenCache)
    cache.set("colour", "plum", 60)
    assert cache.get("colour") == "plum"
    cache.delete("colour")
    assert cache.get("colour", "none") == "none"


def test_a_dead_one_reads_as_empty_and_drops_what_is_written(dead: FailOpenCache) -> None:
    dead.set("colour", "plum")
    assert dead.get("colour", "none") == "none"
    assert dead.get_many(["colour"]) == {}
    assert dead.get_or_set("colour", lambda: "blue") == "blue"
    assert not dead.has_key("colour")
    assert not dead.delete("colour")
    assert not dead.touch("colour")
    assert dead.add("colour", "plum")
    assert dead.incr("count", 3) == 3
    assert dead.set_many({"colour": "plum"}) == ["colour"]
    dead.delete_many(["colour"])
    dead.clear()


def test_a_dead_one_is_left_alone_for_a_while(dead: FailOpenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = FailOpenCache.__mro__[1].get  # type: ignore[attr-defined]

    def counting(self: FailOpenCache, *arguments: Any) -> Any:
        asked.append(arguments)
        return original(self, *arguments)

    monkeypatch.setattr(FailOpenCache.__mro__[1], "get", counting)
    for _ in range(5):
        dead.get("colour")
    assert len(asked) == 1
    monkeypatch.setattr("time.monotonic", lambda: float("inf"))
    dead.get("colour")
    assert len(asked) == 2


@pytest.mark.django_db
def test_people_stay_signed_in_while_it_is_dead(client: Client, rep: User, dead_site: None) -> None:
    client.force_login(rep)
    assert settings.SESSION_ENGINE.endswith("cached_db")
    answer = client.get("/admin/login/", follow=False)
    assert answer.wsgi_request.user == rep
