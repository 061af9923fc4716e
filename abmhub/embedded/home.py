"""Where an installation keeps what it has: one folder, ABMHUB_HOME, by default var/."""

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent.parent

LONGEST_SOCKET_PATH = 100
"""In bytes. The kernel refuses 108 and more; PostgreSQL and Valkey add their own file names."""


class HomeNotUsable(Exception):
    """The folder of the installation cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Home:
    """The folder of one installation."""

    path: Path

    @classmethod
    def from_environment(cls) -> Self:
        """ABMHUB_HOME, or var/ beside manage.py."""
        given = os.environ.get("ABMHUB_HOME", "")
        return cls(Path(given).expanduser().resolve() if given else PROJECT / "var")

    def folder(self, name: str) -> Path:
        """A folder of the installation, made on first use and closed to other people.

        Raises HomeNotUsable when it cannot be made.
        """
        folder = self.path / name
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise HomeNotUsable(
                f"{folder} cannot be made ({error.strerror}): set ABMHUB_HOME to a folder that you may write to."
            ) from error
        return folder

    @property
    def disposable(self) -> bool:
        """Whether losing the databases in a power cut is worth their speed: true of the tests' home."""
        return (self.path / "disposable").exists()

    @property
    def sockets(self) -> Path:
        """The folder of the unix sockets: in the home, or in the temp folder when that path is too long.

        The name of the latter follows from the home, so that every process finds the same one.
        """
        inside = self.path / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) < LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"abmhub-{os.getuid()}-{digest}"

    def make_sockets_folder(self) -> Path:
        """Make the folder of the sockets, 0700.

        Raises HomeNotUsable when somebody else already owns one of that name: the temp folder is open to all.
        """
        folder = self.sockets
        if folder.parent == self.path:
            return self.folder(folder.name)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise HomeNotUsable(f"{folder} is not a folder of yours alone: remove it, or choose a shorter ABMHUB_HOME.")
        return folder

    def database(self) -> dict[str, Any]:
        """Django's entry for the embedded PostgreSQL."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "abmhub",
            "USER": "abmhub",
            "HOST": str(self.sockets),
        }

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def valkey_url(self, *, database: int) -> str:
        """The embedded Valkey for redis-py."""
        return f"unix://{quote(str(self.valkey_socket))}?db={database}"

    def broker_url(self) -> str:
        """The embedded Valkey for Celery, database 0."""
        return f"redis+socket://{quote(str(self.valkey_socket))}?virtual_host=0"

    def secret_key(self) -> str:
        """The installation's own random key, made on first use and readable by its owner alone."""
        file = self.folder(".") / "secret_key"
        if not file.exists():
            # Linked into place when complete: two processes that start together agree on one key.
            descriptor, draft = tempfile.mkstemp(dir=self.path)
            with os.fdopen(descriptor, "w") as new:
                new.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
            Path(draft).unlink()
        return file.read_text()
