"""Reading in a child: what a file costs is limited, and who is to blame for a death is told apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from orchestration.home.paths import Home
from orchestration.landing import land, submit
from orchestration.ledger import receipts
from orchestration.reading import apart, as_sent, reading
from orchestration.reading.apart import Limits
from tests.support import broken_files, shapes
from tests.support.broken_files import NOW, good_delivery
from tests.support.parts import together

TEXT = "é" * (30 << 20)


@pytest.fixture(autouse=True)
def _fresh_child() -> Iterator[None]:
    """Each test has a child of its own, started under the limits of that test."""
    apart._child(os.getpid()).end()
    apart._child.cache_clear()
    yield
    apart._child(os.getpid()).end()
    apart._child.cache_clear()


def limited(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    monkeypatch.setattr(apart, "LIMITS", limits)


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "reading.worker" in " ".join(one.cmdline())]


def good(folder: Path, name: str = "goed.csv", organisation: str = "org_001") -> Path:
    path = folder / name
    path.write_text(good_delivery(organisation), encoding="utf-8")
    return path


def heavy(folder: Path, name: str = "zwaar.xlsx") -> Path:
    """A workbook that takes seconds to read: nothing is wrong with it but its weight."""
    parts = shapes.base()
    rows = "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 100}</row>' for row in range(100, 6_000))
    sheet = parts["xl/worksheets/sheet2.xml"].decode().replace("</sheetData>", f"{rows}</sheetData>")
    parts["xl/worksheets/sheet2.xml"] = sheet.encode()
    together(parts, folder / name)
    return folder / name


def test_a_child_reads_as_this_process_would_and_is_used_again(tmp_path: Path) -> None:
    broken_files.write_all(broken_files.broken_files()[:20] + broken_files.borderline_files(), tmp_path)
    apart.read(good(tmp_path), "goed.csv")
    (child,) = children()
    for path in sorted(tmp_path.iterdir()):
        assert apart.read(path, path.name) == reading.read(path, path.name), path.name
        assert apart.as_sent(path) == as_sent.read(path), path.name
    assert children() == [child]


def test_a_file_that_is_gone_is_for_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        apart.read(tmp_path / "gone.csv", "gone.csv")


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "geheugen.csv"
    path.write_bytes(f"{broken_files.HEADER}\n{TEXT[: 9 << 20]}".encode())
    limited(monkeypatch, Limits(memory_mb=80))
    assert [one.rule for one in apart.read(path, path.name).findings] == ["E111"]
    assert apart.read(good(tmp_path), "goed.csv").findings == []


def test_a_file_that_takes_too_many_processor_seconds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, Limits(seconds=1))
    (found,) = apart.read(heavy(tmp_path), "zwaar.xlsx").findings
    assert (found.rule, "rekentijd" in found.message) == ("E111", True)
    assert apart.as_sent(heavy(tmp_path)) is None


def test_a_file_that_was_alone_and_took_too_much_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, Limits(seconds=1))
    started, start = [], apart._started
    monkeypatch.setattr(apart, "_started", lambda: started.append(1) or start())
    apart.read(heavy(tmp_path), "zwaar.xlsx")
    assert len(started) == 1
    apart.read(good(tmp_path), "goed.csv")
    apart.read(heavy(tmp_path), "zwaar.xlsx")
    assert len(started) == 3


def test_a_crash_of_ours_on_what_was_sent_is_told_and_no_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "from orchestration.reading import as_sent; as_sent._read_csv = None;"
    monkeypatch.setattr(apart, "_START", apart._START.replace("from orch", f"{broken} from orch", 1))
    with pytest.raises(apart.Unread, match="TypeError"):
        apart.as_sent(good(tmp_path))
    assert apart.read(good(tmp_path), "goed.csv").findings == []


def test_a_name_in_no_encoding_is_read_as_any_other(tmp_path: Path) -> None:
    path = good(tmp_path, os.fsdecode(b"le\xffvering.csv"))
    assert apart.read(path, path.name).findings == []


def test_a_module_in_the_folder_where_one_stands_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert apart.read(good(tmp_path), "goed.csv").findings == []


def test_a_small_file_of_which_much_is_made_is_refused(tmp_path: Path) -> None:
    """One text of a megabyte in eighty thousand cells: 14 kB packed, 80 GB laid out."""
    workbook = broken_files.tidy_workbook([])
    path = tmp_path / "klein.xlsx"
    workbook.save(path)
    cells = '<c t="s"><v>0</v></c>' * 8
    sheet = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in broken_files.HEADER.split(","))
    content = f"<worksheet><sheetData><row>{sheet}</row>{f'<row>{cells}</row>' * 10_000}</sheetData></worksheet>"
    related = (
        b'<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    together(
        {
            "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": related,
            "xl/worksheets/sheet1.xml": content.encode(),
            "xl/sharedStrings.xml": f"<sst><si><t>{'a' * (1 << 20)}</t></si></sst>".encode(),
        },
        path,
    )
    assert path.stat().st_size < 30_000
    assert [one.rule for one in apart.read(path, path.name).findings] == ["E111"]


def test_want_of_memory_that_is_not_ours_to_limit_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "geheugen.csv"
    path.write_bytes(f"{broken_files.HEADER}\n{TEXT[: 9 << 20]}".encode())
    limited(monkeypatch, Limits(memory_mb=80))
    monkeypatch.setattr(apart, "_machine_has_room", lambda: False)
    with pytest.raises(apart.Unread):
        apart.read(path, path.name)


def test_a_file_that_waits_too_long_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, Limits(clock=0.0))
    with pytest.raises(apart.Unread):
        apart.read(good(tmp_path), "goed.csv")


def test_an_answer_that_makes_no_sense_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_START", "import sys; sys.stdin.readline(); print('{\"rows\": 3}')")
    with pytest.raises(apart.Unread):
        apart.read(good(tmp_path), "goed.csv")


@pytest.mark.parametrize("end", [signal.SIGABRT, signal.SIGSEGV])
def test_a_reader_that_crashes_on_a_file_twice_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: signal.Signals
) -> None:
    crash = f"import sys, os; sys.stdin.readline(); os.kill(os.getpid(), {int(end)})"
    monkeypatch.setattr(apart, "_START", crash)
    assert [one.rule for one in apart.read(good(tmp_path), "goed.csv").findings] == ["E111"]


def test_a_child_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    apart.read(good(tmp_path), "goed.csv")
    children()[0].kill()
    assert apart.read(good(tmp_path), "goed.csv").findings == []


class Killer(threading.Thread):
    """Kills every child as it comes, as a machine that is out of memory would."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.02):
            for child in children():
                child.kill()


def test_a_file_whose_reader_is_killed_is_held_and_read_the_next_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    heavy(home.inbox)
    good(home.inbox, "goed.csv")
    killer = Killer()
    killer.start()
    try:
        report = land.land(home, NOW)
        (checked,) = submit.check([heavy(tmp_path)], home, NOW)
    finally:
        killer.stopped.set()
        killer.join()
    held = {one.file_name: [found.rule for found in one.findings] for one in report.outcomes if one.status == "held"}
    assert held["zwaar.xlsx"] == ["H902"]
    assert (checked.status, [one.rule for one in checked.findings]) == ("held", ["H902"])
    assert receipts.read(home.receipts).judged.keys().isdisjoint({1, 2} if len(held) == 2 else {1})
    assert land.land(home, NOW).counts.get("held", 0) == 0
    assert {one.status for one in receipts.read(home.receipts).judged.values()} <= {"accepted", "rejected"}


def test_a_delivery_that_was_accepted_and_cannot_be_read_now_stops_the_landing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home").create()
    good(home.inbox)
    assert land.land(home, NOW).counts == {"accepted": 1}
    home.warehouse.unlink()
    limited(monkeypatch, Limits(clock=0.0))
    apart._child(os.getpid()).end()
    with pytest.raises(apart.Unread):
        land.land(home, NOW)


def test_a_parent_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from orchestration.reading import apart;"
        "apart.read(Path(sys.argv[1]), 'a'); print('ready', flush=True); apart.read(Path(sys.argv[2]), 'b')"
    )
    command = [sys.executable, "-c", code, str(good(tmp_path)), str(heavy(tmp_path))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout and parent.stdout.readline() == "ready\n"
        (child,) = psutil.Process(parent.pid).children()
        parent.kill()
    until = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.1)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
