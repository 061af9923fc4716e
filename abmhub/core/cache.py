"""A cache that may be dead: pages then compute what they would have remembered."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

PAUSE_SECONDS = 5
"""How long a cache that failed is left alone, so that a page pays for its death at most once."""


class FailOpenCache(RedisCache):
    """Django's Redis cache, except that an unreachable server reads as an empty one.

    Writes are dropped, reads are misses, and counting starts anew. After a failure the server is
    not asked again for PAUSE_SECONDS.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._asleep_until = 0.0

    def _attempt(self, operation: Callable[[], Answer], otherwise: Answer) -> Answer:
        if time.monotonic() < self._asleep_until:
            return otherwise
        try:
            return operation()
        except (RedisError, OSError) as error:
            self._asleep_until = time.monotonic() + PAUSE_SECONDS
            log.warning("cache_unreachable", error=str(error), pause_seconds=PAUSE_SECONDS)
            return otherwise

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(lambda: super(FailOpenCache, self).add(key, value, timeout, version), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._attempt(lambda: super(FailOpenCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._attempt(lambda: super(FailOpenCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._attempt(lambda: super(FailOpenCache, self).touch(key, timeout, version), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(lambda: super(FailOpenCache, self).delete(key, version), False)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self._attempt(lambda: super(FailOpenCache, self).get_many(keys, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._attempt(lambda: super(FailOpenCache, self).has_key(key, version), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._attempt(lambda: super(FailOpenCache, self).incr(key, delta, version), delta)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return self._attempt(lambda: super(FailOpenCache, self).set_many(data, timeout, version), list(data))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._attempt(lambda: super(FailOpenCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        self._attempt(super().clear, None)
