"""Releases from the command line: made, checked, made again, locked and reopened."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest

from orchestration import transforming
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import SAMPLE_DELIVERIES, Home
from orchestration.ledger import receipts
from orchestration.publishing.disclosure import deciding
from orchestration.publishing.disclosure.protect import Protection
from orchestration.publishing.disclosure.system import Cover, System
from orchestration.publishing.rows import Row, rows
from orchestration.releasing import making, verifying
from tests.conftest import copied
from tests.support.commands import Running, command_line, deliver, start_untested, werkmonitor_here
from tests.support.full_disk import fill_the_disk

NOW = {"WERKMONITOR_NOW": "2025-11-25T12:00"}
QUARTER = "2024-Q4"
ACCEPTED = ("--definitive", "--accept-missing", "--reason", "proef")


@pytest.fixture
def world(published_home: Home, tmp_path: Path) -> Iterator[Home]:
    """A copy of the published home, its times kept: the published file holds what the ledger holds."""
    home = copied(published_home, tmp_path / "home")
    yield home
    for folder in home.releases.glob("*") if home.releases.exists() else ():
        making.remove(folder)


@pytest.fixture(scope="module")
def released(published_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with one provisional release: to read, or to copy."""
    home = copied(published_home, tmp_path_factory.mktemp("released") / "home")
    werkmonitor_here(home, "release", QUARTER)
    yield home
    for folder in home.releases.glob("*"):
        making.remove(folder)


def manifest(home: Home, release: str) -> dict[str, object]:
    return verifying.manifest_of(home, release)


def all_files(home: Home) -> list[Path]:
    return sorted(path for path in home.releases.rglob("*") if path.is_file())


def spoil(path: Path, number: int) -> None:
    """Change one byte where it stands."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[number % len(content)] ^= 1 + number % 255
    path.write_bytes(content)
    path.chmod(0o444)


def redelivered(home: Home, organisation: str, quarter: str = QUARTER) -> None:
    """One more client, in a new version of what an organisation sent."""
    ledger = receipts.read(home.receipts)
    number = max(n for n, one in ledger.judged.items() if (one.organisation_id, one.quarter) == (organisation, quarter))
    lines = (home.archive / ledger.received[number].archived_as).read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if ",clients,funding," in line)
    head, _, clients = lines[at].rpartition(",")
    lines[at] = f"{head},{int(clients) + 1}"
    deliver(home, "\n".join(lines) + "\n", f"{organisation}_{quarter}_{len(lines)}_{number}.csv")


def clients(home: Home, quarter: str = QUARTER) -> int:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        query = "select clients_active from marts.national_quarterly where period = ?"
        found = connection.execute(query, [quarter]).fetchone()
    assert found is not None
    return int(found[0])


def test_a_release_is_whole_closed_and_named_once(released: Home) -> None:
    folder = released.releases / f"{QUARTER}.r1"
    internal = folder / "internal"
    ended = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=internal, check=False)
    assert ended.returncode == 0
    modes = {oct(path.stat().st_mode & 0o777) for path in folder.rglob("*")}
    assert modes == {"0o444", "0o555"}
    assert sorted(path.name for path in folder.iterdir()) == ["internal", "public"]
    assert "Alles is zoals het is uitgegeven" in werkmonitor_here(released, "verify")
    assert werkmonitor_here(released, "release", QUARTER).startswith(f"Gelijk aan {QUARTER}.r1")
    assert len(released.release_log.read_text().splitlines()) == 1


def test_a_release_holds_the_tables_three_times_and_no_path_of_this_machine(released: Home) -> None:
    internal = released.releases / f"{QUARTER}.r1" / "internal"
    about = manifest(released, f"{QUARTER}.r1")
    with duckdb.connect(str(internal / "werkmonitor.duckdb"), read_only=True) as connection:
        for table in about["tables"]:  # type: ignore[attr-defined]
            name = table["name"]
            parquet = str(internal / "tables" / f"{name}.parquet")
            difference = f'(from marts."{name}" except all from read_parquet(?))'
            assert connection.execute(f"select count(*) from {difference}", [parquet]).fetchall() == [(0,)]
            rows = connection.execute("select count(*) from read_parquet(?)", [parquet]).fetchall()
            assert rows == [(table["rows"],)]
        assert connection.execute("select count(*) from read_me").fetchall() != [(0,)]
    for name in ("manifest.json", "datapackage.json", "SHA256SUMS", "wijzigingen.md"):
        assert str(released.root.parent) not in (internal / name).read_text(encoding="utf-8")
    package = json.loads((internal / "datapackage.json").read_text(encoding="utf-8"))
    paths = {one["path"] for one in package["resources"]}
    assert {path.relative_to(internal).as_posix() for path in internal.rglob("*") if path.is_file()} - paths == {
        "SHA256SUMS",
        "manifest.json",
        "datapackage.json",
    }


def test_the_public_file_is_that_of_the_newest_release_and_holds_what_its_folder_says(released: Home) -> None:
    public = released.releases / f"{QUARTER}.r1" / "public"
    file = public / "werkmonitor_public.duckdb"
    assert released.published_public.read_bytes() == file.read_bytes()
    assert released.published_public.stat().st_mode & 0o777 == 0o444
    ended = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=public, check=False)
    assert ended.returncode == 0
    with duckdb.connect(str(file), read_only=True) as connection:
        for table in json.loads((public / "manifest.json").read_text(encoding="utf-8"))["tables"]:
            parquet = str(public / "tables" / f"{table['name']}.parquet")
            difference = f'(from marts."{table["name"]}" except all from read_parquet(?))'
            assert connection.execute(f"select count(*) from {difference}", [parquet]).fetchall() == [(0,)]
        assert connection.execute("select count(*) from marts.figures where status = 'hidden'").fetchall() != [(0,)]
        said = dict(connection.execute("select onderwerp, tekst from read_me where onderwerp <> 'tabel'").fetchall())
    assert "mogelijke waarden" in said["afscherming"]
    text = "".join(
        path.read_text(encoding="utf-8") for path in public.rglob("*") if path.suffix in (".json", ".md", ".csv")
    )
    assert "org_0" not in text
    assert '"archived_as"' not in text


def test_nothing_is_placed_while_the_attack_finds_something(world: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protection that hides the small counts and nothing else: the attack computes some, and there is no release."""

    def careless(system: System, *_: object) -> Protection:
        small = frozenset(number for number, cell in enumerate(system.cells) if cell.table and cell.is_small)
        return Protection(Cover(set(small)), small)

    monkeypatch.setattr(deciding, "protect", careless)
    output = werkmonitor_here(world, "release", QUARTER, expect=3)
    assert "het openbare bestand verraadt een klein aantal" in output
    assert not world.published_public.exists()
    assert not world.release_log.exists()
    assert list(world.releases.glob("*")) == []


def test_a_list_of_what_is_public_that_cannot_be_meant_ends_with_2_and_is_named(world: Home) -> None:
    world.create_optional()
    rules = world.list_of_ours("suppression_rules").read_text(encoding="utf-8")
    own = world.reference / "suppression_rules.csv"
    for old, new, named in (
        ("small_count_below,*,5", "small_count_below,*,-5", "-5 is negatief"),
        ("percentage_base_at_least,pct_ended_with_result", "percentage_base_at_least,pct_luck", "pct_luck"),
        ("applies_to,", "", "applies_to"),
    ):
        own.write_text(rules.replace(old, new, 1), encoding="utf-8")
        assert named in werkmonitor_here(world, "release", QUARTER, expect=2)
    assert list(world.releases.glob("*")) == []


def changed_bytes(home: Home, times: int) -> None:
    """One byte changed somewhere: the file is named each time, and no other."""
    chance = random.Random(times)
    files = all_files(home)
    for number in range(times):
        path = files[number % len(files)]
        whole = path.read_bytes()
        spoil(path, chance.randrange(len(whole) * 255))
        named = path.relative_to(home.releases).as_posix()
        found = verifying.problems(home)
        assert any(text.startswith(named) for text in found), (named, found)
        path.chmod(0o644)
        path.write_bytes(whole)
        path.chmod(0o444)
    assert verifying.problems(home) == []


def test_a_single_changed_byte_is_found_and_its_file_named(released: Home) -> None:
    changed_bytes(released, 100)


@pytest.mark.long
def test_a_thousand_single_changed_bytes_are_found_and_their_files_named(released: Home) -> None:
    changed_bytes(released, 1000)


def test_what_is_deleted_added_opened_or_edited_with_its_manifest_is_named(released: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    name = f"{QUARTER}.r1/internal"

    def said(spoiled: str) -> list[str]:
        return [one for one in verifying.problems(home) if one.startswith(spoiled)]

    def fresh() -> Path:
        if home.root.exists():
            making.remove(home.root)
        copied(released, home.root)
        internal = home.releases / name
        for path in (internal, internal / "tables", internal.parent):
            path.chmod(0o755)
        return internal

    (fresh() / "tables" / "national_annual.csv").unlink()
    assert said(f"{name}/tables/national_annual.csv ontbreekt")
    (fresh() / "tables" / "extra.csv").write_text("x")
    assert said(f"{name}/tables/extra.csv hoort er niet")
    (fresh() / "manifest.json").chmod(0o644)
    assert said(f"{name}/manifest.json heeft andere rechten (0644)")
    internal = fresh()
    csv, about = internal / "tables" / "national_annual.csv", internal / "manifest.json"
    spoil(csv, 40)
    full = json.loads(about.read_text(encoding="utf-8"))
    full["files"]["tables/national_annual.csv"]["sha256"] = sha256_of(csv)
    about.chmod(0o644)
    about.write_text(json.dumps(full), encoding="utf-8")
    assert said(f"{name}/manifest.json is veranderd")
    internal = fresh()
    making.remove(internal.parent)
    assert said(f"{QUARTER}.r1 ontbreekt")
    fresh()
    first = manifest(home, f"{QUARTER}.r1")["deliveries"][0]  # type: ignore[index]
    (home.archive / first["archived_as"]).unlink()
    assert said(f"archive/{first['archived_as']} ontbreekt")
    making.remove(home.root)


def test_what_may_not_be_released_is_refused_with_every_reason(world: Home) -> None:
    assert "staat niet in quarters.csv" in werkmonitor_here(world, "release", "2031-Q1", expect=2)
    said = werkmonitor_here(world, "release", "2025-Q1", "--definitive", expect=3, WERKMONITOR_NOW="2025-04-02T12:00")
    assert "de termijn van 2025-Q1 loopt" in said
    deliver(world, "x", "rommel.csv")
    before = world.release_log.exists(), list(world.releases.glob("*"))
    start_untested(world, "run").end_well()
    with world.receipts.open("ab") as file:
        file.write(b"")
    receipts.append(world.receipts, [receipts.Reopened("2020", "…", "An", "2026-01-01T00:00:00+00:00")])
    assert "het register is verder dan de publicatie" in werkmonitor_here(world, "release", QUARTER, expect=3)
    assert (world.release_log.exists(), list(world.releases.glob("*"))) == before


def test_a_definitive_quarter_keeps_its_deliveries_until_it_is_reopened(world: Home) -> None:
    werkmonitor_here(world, "release", QUARTER, *ACCEPTED, **NOW)
    assert list(receipts.read(world.receipts).locks) == [QUARTER]
    before = clients(world)
    redelivered(world, "org_001")
    sent = str(next(world.inbox.glob("org_001_*.csv")))
    assert f"Wordt aangehouden: {QUARTER} is definitief" in werkmonitor_here(world, "submit", "--check", sent)
    said = start_untested(world, "run").end_well()
    assert f"is aangehouden: {QUARTER} is definitief" in said
    assert clients(world) == before
    assert f"org_001 {QUARTER} v2 is aangehouden: {QUARTER} is definitief" in werkmonitor_here(world, "status")
    assert f"aangehouden: {QUARTER} is definitief" in werkmonitor_here(world, "history", "org_001", QUARTER)
    pages = (world.feedback / "org_001").glob(f"{QUARTER}_aangenomen_*.html")  # what counts may have one too
    page = max(pages, key=lambda one: int(one.stem.rpartition("_")[2]))
    assert "wordt <b>aangehouden</b>" in page.read_text(encoding="utf-8")
    assert werkmonitor_here(world, "release", "2025-Q1").startswith("Release 2025-Q1.r1")
    werkmonitor_here(world, "reopen", "2024", "--reason", "x", "--by", "An", expect=2)
    said = werkmonitor_here(world, "reopen", QUARTER, "--reason", "correctie", "--by", "An")
    assert "org_001" in said
    start_untested(world, "run").end_well()
    assert clients(world) == before + 1
    werkmonitor_here(world, "release", QUARTER, "--correction", "proef")
    about = manifest(world, f"{QUARTER}.r2")
    assert [one["period"] for one in about["reopened"]] == [QUARTER]  # type: ignore[attr-defined]
    assert "Alles is zoals" in werkmonitor_here(world, "verify")
    note = (world.releases / f"{QUARTER}.r2" / "internal" / "wijzigingen.md").read_text(encoding="utf-8")
    assert f"org_001 {QUARTER} v1 → v2" in note
    assert "Correctie (C): proef" in note
    codes = {row["codes"][-1] for row in json.loads(werkmonitor_here(world, "diff", f"{QUARTER}.r1", "--json"))}
    assert codes == {"R1"}  # who asks for a difference corrects nothing
    assert {row["codes"] for row in revisions(world, f"{QUARTER}.r2")} == {"R1 C"}


def test_three_releases_with_corrections_and_late_deliveries_between_are_made_again_as_they_were(
    world: Home, tmp_path: Path, without_data_tests: None
) -> None:
    werkmonitor_here(world, "release", QUARTER)
    for organisation, quarter, late in (("org_001", QUARTER, "org_009"), ("org_002", "2024-Q3", "org_010")):
        redelivered(world, organisation, quarter)
        shutil.copy2(SAMPLE_DELIVERIES / quarter / f"{late}.csv", world.inbox / f"{late}_{quarter}.csv")
        start_untested(world, "run").end_well()
        werkmonitor_here(world, "release", QUARTER)
    for threads, number in ((1, 1), (2, 1), (1, 2), (2, 3)):
        name = f"{QUARTER}.r{number}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(transforming, "THREADS", threads)
            said = werkmonitor_here(world, "rebuild", "--as-of", name, "--output", str(tmp_path / f"{name}-{threads}"))
        tables = verifying.manifest_of(world, name)["tables"]
        assert f"Gelijk aan {name}: {len(tables)} tabellen" in said
        assert len(tables) > 30
    assert "niet leeg" in werkmonitor_here(
        world, "rebuild", "--as-of", f"{QUARTER}.r1", "--output", str(tmp_path), expect=3
    )


def figures(home: Home, release: str) -> dict[str, tuple[object, ...]]:
    """What each cell of a release says, by its key."""
    with duckdb.connect(str(home.releases / release / "internal" / "werkmonitor.duckdb"), read_only=True) as connection:
        query = "select figure_key, value, status, period_status, year_status from marts.figures"
        return {key: said for key, *said in connection.execute(query).fetchall()}


def revisions(home: Home, release: str) -> list[Row]:
    with duckdb.connect(str(home.releases / release / "internal" / "werkmonitor.duckdb"), read_only=True) as connection:
        return rows(connection, "from marts.revisions")


def test_a_list_and_a_delivery_that_changed_are_told_apart_in_every_cell(world: Home) -> None:
    werkmonitor_here(world, "release", QUARTER)
    assert revisions(world, f"{QUARTER}.r1") == []
    ours = world.list_of_ours("organisations").read_text(encoding="utf-8").splitlines()
    taken_over = [f"org_003,{line.split(',')[1]},,2024-Q3,org_002" if "org_003" in line else line for line in ours]
    world.create_optional()
    (world.reference / "organisations.csv").write_text("\n".join(taken_over), encoding="utf-8")
    assert "een referentielijst is veranderd" in werkmonitor_here(world, "diff", f"{QUARTER}.r1", expect=3)
    redelivered(world, "org_001")
    start_untested(world, "run").end_well()
    werkmonitor_here(world, "release", QUARTER)
    before, now = figures(world, f"{QUARTER}.r1"), figures(world, f"{QUARTER}.r2")
    found = revisions(world, f"{QUARTER}.r2")
    differing = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    assert sorted(row["figure_key"] for row in found) == differing
    assert {row["codes"] for row in found} == {"R1", "R3", "R1 R3"}
    split = [row for row in found if row["change_r1"] is not None and row["change_r3"] is not None]
    assert any(row["change_r1"] and row["change_r3"] for row in split)
    for row in split:
        assert row["change_r1"] + row["change_r3"] == pytest.approx(row["value_new"] - row["value_old"], abs=1e-9)
    assert {row["deliveries"] for row in found if "R1" in row["codes"]} == {f"org_001 {QUARTER} v1 → v2"}
    told = json.loads(werkmonitor_here(world, "diff", f"{QUARTER}.r1", f"{QUARTER}.r2", "--json"))
    assert [(row["figure_key"], row["change_r3"]) for row in told] == [(r["figure_key"], r["change_r3"]) for r in found]
    lines = werkmonitor_here(world, "diff", f"{QUARTER}.r1", "--csv").splitlines()
    assert len(lines) == len(found) + 1
    assert "0 cijfers zijn anders" in werkmonitor_here(world, "diff", f"{QUARTER}.r2")
    assert "Er is geen release" in werkmonitor_here(world, "diff", "2020-Q1.r1", expect=2)


def _on_a_full_disk() -> None:
    fill_the_disk()
    command_line("release", QUARTER)


def test_a_full_disk_or_a_kill_leaves_no_half_release(world: Home) -> None:
    full = Running(world, _on_a_full_disk, {})
    assert "de schijf is vol" in full.wait()
    assert full.returncode == 1
    assert list(world.releases.glob("[0-9]*.r*")) == []
    killed = Running(world, partial(command_line, "release", QUARTER), {})
    while not list(world.releases.glob(".making-*/internal/tables/*")):
        assert killed.poll() is None, killed.output()
    killed.kill()
    assert list(world.releases.glob("[0-9]*.r*")) == []
    first = Running(world, partial(command_line, "release", QUARTER), {})
    second = Running(world, partial(command_line, "release", QUARTER), {})
    said = sorted([first.end_well().splitlines()[-1], second.end_well().splitlines()[-1]])
    assert said[0].startswith(f"Gelijk aan {QUARTER}.r1")
    assert said[1].startswith(f"Release {QUARTER}.r1")
    assert verifying.problems(world) == []
    assert list(world.releases.glob(".*")) == []


def test_what_a_crash_left_in_place_without_a_line_is_finished(world: Home) -> None:
    werkmonitor_here(world, "release", QUARTER)
    world.release_log.unlink()
    world.published_public.unlink()
    assert "hoort er niet" in werkmonitor_here(world, "verify", expect=3)
    werkmonitor_here(world, "release", QUARTER)
    assert verifying.problems(world) == []
    assert world.published_public.exists()
