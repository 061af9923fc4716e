"""Files that want to do harm: refused with a sentence, or every row of them is accounted for."""

import io
import json
import resource
import subprocess
from dataclasses import replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

import pytest

from abmhub.imports import actions
from abmhub.imports.mapping import ColumnMapping
from abmhub.imports.models import ImportPiece, ImportRun
from abmhub.imports.reading import NotReadable
from abmhub.imports.reading.nature import Nature, nature_of
from abmhub.imports.unpacking import sandbox
from abmhub.imports.unpacking.sandbox import LIMITS, Unpacking
from tests.imports import hostile
from tests.imports.hostile import READ, REFUSED, Hostile
from tests.imports.workbooks import MAIN, sheet, workbook

pytestmark = pytest.mark.django_db
# A refusal that hangs is none.
PATIENCE_SECONDS = 20
MOST_MEGABYTES = 256


def bring(content: bytes, now: datetime, name: str = "file.csv") -> ImportRun:
    return actions.upload(kind="accounts", source="CRM", file_name=name, file=io.BytesIO(content), by=None, at=now)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "LIMITS", replace(LIMITS, wall_seconds=PATIENCE_SECONDS))


def test_there_are_enough_of_them() -> None:
    names = [file.name for file in (*REFUSED, *READ)]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.name)
def test_it_is_refused_with_a_sentence_and_leaves_nothing(file: Hostile, now: datetime) -> None:
    with pytest.raises(NotReadable, match=file.refusal) as refusal:
        bring(file.make(), now)
    assert refusal.value.message.endswith(".")
    assert "/" not in refusal.value.message
    assert not ImportRun.objects.exists()
    assert not ImportPiece.objects.exists()


@pytest.mark.parametrize("file", READ, ids=lambda file: file.name)
def test_every_row_of_it_is_accounted_for(file: Hostile, now: datetime) -> None:
    run = bring(file.make(), now)
    columns = {"name": run.columns[0]}
    if "employees" in run.columns:
        columns["employees"] = "employees"
    run = actions.map_columns(run=run, mapping=ColumnMapping(columns))
    run = actions.apply(run=actions.confirm(run=run, at=now), at=now)
    assert run.status == ImportRun.Status.DONE, run.refusal
    assert run.rows == run.accepted + run.rejected + run.skipped == file.rows


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "a\0b.csv", "<script>.csv", "x" * 5_000, "\u202e"]
)
def test_the_name_of_a_file_is_only_shown(name: str, now: datetime) -> None:
    run = bring(hostile.CSV, now, name)
    assert "/" not in run.file_name
    assert "\0" not in run.file_name
    assert 0 < len(run.file_name) <= 200


class TestLimits:
    """What the process that opens packed files may do, measured where it runs."""

    def opened(self, content: bytes, **limits: Any) -> tuple[int, dict[str, Any]]:
        """The bytes of text, and what was said."""
        form = nature_of(content[:100])
        with TemporaryFile() as file:
            file.write(content)
            unpacking = Unpacking(file, form, within=replace(LIMITS, wall_seconds=PATIENCE_SECONDS, **limits))
            return sum(map(len, unpacking.pieces())), unpacking.said

    @pytest.mark.parametrize(
        "file",
        [file for file in REFUSED if "more" in file.refusal or "entities" in file.refusal or "parts" in file.refusal],
        ids=lambda file: file.name,
    )
    def test_a_refusal_is_cheap(self, file: Hostile) -> None:
        """Processor seconds and memory of the process, as the system counts them."""
        content = file.make()
        if nature_of(content[:100]) == Nature.TEXT:
            pytest.skip("is never unpacked")
        program = (
            "import json, resource, subprocess, sys\n"
            "done = subprocess.run(json.loads(sys.argv[1]), stdin=sys.stdin, stdout=subprocess.DEVNULL, env={})\n"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)\n"
        )
        command = sandbox.command(nature_of(content[:100]), "", LIMITS)
        with TemporaryFile() as packed:
            packed.write(content)
            packed.seek(0)
            said = subprocess.run(
                [command[0], "-I", "-c", program, json.dumps(command)], stdin=packed, capture_output=True, check=True
            )
        seconds, megabytes = said.stdout.split()
        assert float(seconds) < 2
        assert int(megabytes) < MOST_MEGABYTES

    def test_without_limits_the_bomb_goes_off(self) -> None:
        off = {"growth": 10**9, "small_bytes": 10**12, "inflated_bytes": 10**12, "text_bytes": 10**12}
        size, _ = self.opened(hostile.gzip_bomb(), **off)
        assert size == hostile.BOMB_BYTES
        with pytest.raises(NotReadable, match="far more"):
            self.opened(hostile.gzip_bomb())

    def test_memory_ends_where_it_was_said(self) -> None:
        """Shared strings that are many and short pass every other limit."""
        text = "".join(f"<si><t>{number:x}</t></si>" for number in range(300_000))
        strings = f'<sst xmlns="{MAIN}">{text}</sst>'
        content = workbook(*hostile.ROWS, **{"xl/sharedStrings.xml": strings})
        assert self.opened(content)[1]["sheet"] == "Sheet1"
        with pytest.raises(NotReadable, match="too much text"):
            self.opened(content, strings_bytes=1_000_000)

    def test_a_process_that_runs_out_of_memory_or_time_is_told_as_a_sentence(self) -> None:
        giant = sheet(f'<row r="1"><c r="A1" t="str"><v>{"x" * 20_000_000}</v></c></row>')
        content = workbook(**{hostile.SHEET: giant})
        with pytest.raises(NotReadable, match="far more"):
            self.opened(content, memory_bytes=48 * 1024 * 1024)
        many = workbook(["a"], *([number] for number in range(150_000)))
        with pytest.raises(NotReadable, match=r"far more|too long"):
            self.opened(many, cpu_seconds=0)

    def test_a_process_that_never_answers_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox, "PROGRAM", "import time; time.sleep(600)")
        with TemporaryFile() as file, pytest.raises(NotReadable, match="too long"):
            list(Unpacking(file, "gzip", within=replace(LIMITS, wall_seconds=0)).pieces())

    def test_it_has_no_secrets_and_can_write_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_KEY", "known to the house alone")
        program = (
            "import json, os, resource, sys; sys.path.insert(0, sys.argv[1])\n"
            "from abmhub.imports.unpacking.child import confine\n"
            "from abmhub.imports.unpacking.limits import Limits\n"
            "confine(Limits(**json.loads(sys.argv[4])))\n"
            "limits = [resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC)]\n"
            "no_new = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('NoNewPrivs'))\n"
            "print(json.dumps([dict(os.environ), limits, no_new, os.getcwd()]), end='', flush=True)\n"
            "sys.stderr.write('{}')\n"
        )
        monkeypatch.setattr(sandbox, "PROGRAM", program)
        with TemporaryFile() as file:
            seen = json.loads(b"".join(Unpacking(file, "gzip").pieces()))
        environment, limits, no_new_privileges, folder = seen
        assert "SECRET_KEY" not in environment
        assert (limits, no_new_privileges, folder) == ([0, 0], "1", "/")

    def test_the_house_itself_needs_little_memory(self, now: datetime) -> None:
        """The parent hands pieces on; it never holds a file."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        content = hostile.gzip_bomb()
        with pytest.raises(NotReadable):
            bring(content, now)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEGABYTES * 1024
