"""The folder of an installation."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from abmhub.embedded.home import LONGEST_SOCKET_PATH, Home, HomeNotUsable


def long_home(tmp_path: Path) -> Home:
    return Home(tmp_path / ("long" * 30))


def test_it_keeps_the_sockets_inside() -> None:
    home = Home(Path("/srv/abm hub"))
    assert home.sockets == Path("/srv/abm hub/run")


def test_it_moves_the_sockets_when_their_path_would_be_too_long(tmp_path: Path) -> None:
    home = long_home(tmp_path)
    folder = home.make_sockets_folder()
    assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < LONGEST_SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder != long_home(tmp_path / "another").sockets
    folder.rmdir()


def test_it_refuses_a_folder_for_sockets_that_others_may_enter(tmp_path: Path) -> None:
    home = long_home(tmp_path)
    home.sockets.mkdir()
    home.sockets.chmod(0o755)
    with pytest.raises(HomeNotUsable, match="not a folder of yours alone"):
        home.make_sockets_folder()
    home.sockets.rmdir()


def test_it_refuses_a_link_in_place_of_the_folder_for_sockets(tmp_path: Path) -> None:
    home = long_home(tmp_path)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.sockets.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HomeNotUsable):
        home.make_sockets_folder()
    home.sockets.unlink()


def test_everything_in_it_is_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    home.secret_key()
    home.folder("logs")
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.path / "logs").stat().st_mode) == 0o700
    assert stat.S_IMODE((home.path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda number: Home(tmp_path).secret_key(), range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_it_says_what_to_do_when_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotUsable, match="set ABMHUB_HOME to a folder that you may write to"):
        Home(tmp_path / "file" / "home").folder("logs")
