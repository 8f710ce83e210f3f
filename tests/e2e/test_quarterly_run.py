"""A data manager runs the quarter: what comes in, in whatever order, becomes the same published file."""

from __future__ import annotations

import random
import shutil

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from tests.support.commands import deliver, published_marts
from tests.support.commands import werkmonitor_here as here
from tests.support.random_deliveries import random_deliveries, random_organisations, to_organisations_csv, to_tidy_csv

pytestmark = pytest.mark.usefixtures("without_data_tests")
SEED = 11


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Deliveries of ten organisations, by file name."""
    deliveries = random_deliveries(SEED, random_organisations(SEED, 10))
    return {f"{one.organisation_id}_{one.quarter}.csv": to_tidy_csv(one) for one in deliveries}


@pytest.fixture(scope="module")
def finished(shared_home: Home, files: dict[str, str]) -> Home:
    """A home after one run over all files."""
    fill(shared_home, files, sorted(files))
    here(shared_home, "run", WERKMONITOR_NOW="2026-02-15T12:00")
    return shared_home


def fill(home: Home, files: dict[str, str], order: list[str]) -> None:
    """Put the files in the inbox, each a second later than the one before it in this order."""
    home.reference.mkdir(exist_ok=True)
    organisations = to_organisations_csv(random_organisations(SEED, 10))
    (home.reference / "organisations.csv").write_text(organisations, encoding="utf-8")
    for moment, name in enumerate(order):
        deliver(home, files[name], name, modified=1_700_000_000 + moment)


def test_the_inbox_is_empty_and_every_file_is_kept_byte_for_byte(finished: Home, files: dict[str, str]) -> None:
    assert [path for path in finished.inbox.iterdir() if not path.name.startswith(".")] == []
    kept = receipts.read(finished.receipts).received.values()
    assert {one.file_name: (finished.archive / one.archived_as).read_text() for one in kept} == files


def test_the_published_file_is_read_only(finished: Home) -> None:
    assert finished.published.stat().st_mode & 0o777 == 0o444


def test_another_order_of_arrival_over_several_runs_gives_the_same_marts(
    finished: Home, ready_home: Home, files: dict[str, str]
) -> None:
    order = sorted(files)
    random.Random(SEED).shuffle(order)
    fill(ready_home, files, order[: len(order) // 2])
    here(ready_home, "run", WERKMONITOR_NOW="2026-02-14T12:00")
    fill(ready_home, files, order[len(order) // 2 :])
    here(ready_home, "run", WERKMONITOR_NOW="2026-02-15T12:00")
    assert published_marts(ready_home.published) == published_marts(finished.published)


def test_running_again_changes_nothing(finished: Home) -> None:
    before = published_marts(finished.published)
    here(finished, "run", WERKMONITOR_NOW="2026-02-15T13:00")
    assert published_marts(finished.published) == before


def test_a_rebuild_elsewhere_from_the_archive_alone_gives_the_same_marts(finished: Home, ready_home: Home) -> None:
    shutil.copytree(finished.archive, ready_home.archive, dirs_exist_ok=True)
    shutil.copytree(finished.reference, ready_home.reference)
    here(ready_home, "rebuild", WERKMONITOR_NOW="2026-02-15T12:00")
    assert published_marts(ready_home.published) == published_marts(finished.published)


def test_a_redelivery_replaces_the_whole_quarter_and_an_older_file_brings_it_back(
    finished: Home, files: dict[str, str]
) -> None:
    before = published_marts(finished.published)
    name = next(name for name in sorted(files) if files[name].count("\n") > 30)
    organisation, quarter = name.removesuffix(".csv").split("_2")[0], name.removesuffix(".csv")[-7:]
    deliver(finished, zeroed(files[name]), "correctie.csv")
    here(finished, "run", WERKMONITOR_NOW="2026-02-15T14:00")
    assert clients(finished, organisation, quarter) == 0
    deliver(finished, files[name], "toch de eerste.csv")
    here(finished, "run", WERKMONITOR_NOW="2026-02-15T15:00")
    assert published_marts(finished.published) == before
    versions = [one.version for one in receipts.read(finished.receipts).judged.values() if one.quarter == quarter]
    assert max(version for version in versions if version) == 3


def test_a_warning_is_closed_at_once_and_the_history_says_why(finished: Home) -> None:
    with duckdb.connect(str(finished.published), read_only=True) as connection:
        columns = "finding_id, organisation_id, period"
        query = f"select {columns} from marts.findings where status = 'open' and level = 'warning'"
        finding, organisation, quarter = connection.execute(query).fetchall()[0]
    assert finding in here(finished, "status", "--quarter", quarter)
    here(finished, "acknowledge", finding, "--reason", " ", "--by", "An", expect=2)
    here(finished, "acknowledge", "000000000000", "--reason", "klopt", "--by", "An", expect=2)
    here(finished, "acknowledge", finding, "--reason", "nagevraagd: klopt", "--by", "An de Wit")
    assert finding not in here(finished, "status", "--quarter", quarter)
    history = here(finished, "history", organisation, quarter)
    assert "nagevraagd: klopt (An de Wit" in history
    assert "versie 1, geaccepteerd" in history
    here(finished, "history", organisation, "2024-5", expect=2)


def zeroed(content: str) -> str:
    """The same delivery with every count 0."""
    header, *lines = content.splitlines()
    rows = [line if ",declaration," in line else line.rsplit(",", 1)[0] + ",0" for line in lines]
    return "\n".join([header, *rows])


def clients(home: Home, organisation: str, quarter: str) -> int | None:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        query = "select sum(clients_active) from marts.organisation_quarterly where organisation_id = ? and period = ?"
        found = connection.execute(query, [organisation, quarter]).fetchone()
    return found[0] if found else None


def test_wrong_usage_exits_2(home: Home) -> None:
    here(home, "rollup", expect=2)
    here(home, "rollup", "--year", "2024", "--accept-missing", expect=2)
    here(home, "run", "--quarter", "2024-5", expect=2)
