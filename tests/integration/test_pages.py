"""The pages of a file, held against that file by a second pair of eyes; and that they are found out when they lie."""

from __future__ import annotations

import gzip
import random
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing import published_file
from orchestration.releasing import reports
from orchestration.reporting.pages import site, words
from tests.support.random_deliveries import random_deliveries, random_organisations
from tests.support.traced_pages import problems
from tests.support.warehouse import build_marts

ABOUT = site.About("2025-Q1.r1", "voorlopig", "25 november 2026")
KINDS = (
    "kwartaal/2024-Q4",
    "kwartaal/2022-Q4",
    "jaar/2024",
    "jaar/2022",
    "regio",
    "index",
    "verantwoording",
    "begrip/paid_work",
    "begrip/index",
)
MOST_BYTES = 300_000  # of a page, as it is sent


@pytest.fixture(scope="module")
def published(shared_home: Home) -> Home:
    organisations = random_organisations(16, 8)
    build_marts(shared_home, random_deliveries(16, organisations), organisations)
    published_file.stage(shared_home)
    published_file.approve(shared_home)
    published_file.release(shared_home)
    return shared_home


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawings")


def build(  # noqa: PLR0917
    file: Path, home: Home, folder: Path, kept: Path, only: tuple[str, ...] = KINDS, workers: int = 2
) -> dict[str, str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    site.build(file, ABOUT, site.Rules(words.rules(home), reports._places(home)), folder, kept, only, workers)
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def pages(published: Home, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return build(published.published, published, tmp_path_factory.mktemp("site") / "site", kept)


def test_every_number_is_a_cell_of_the_file_and_no_other_digit_is_there(published: Home, pages: dict[str, str]) -> None:
    assert len(pages) > 40
    assert problems(pages, published.published) == []
    assert sum(html.count("<data ") for html in pages.values()) > 1_000


def _digit(html: str, chance: random.Random) -> str:
    """One digit of what a number shows is another."""
    places = [
        match.start(1)
        for match in re.finditer(r'class="geen"|<data value="[^"]+" data-cell="[^"]+">(\d)', html)
        if match[1]
    ]
    at = chance.choice(places)
    return html[:at] + str((int(html[at]) + 1 + chance.randrange(8)) % 10) + html[at + 1 :]


def _key(html: str, chance: random.Random) -> str:
    """Two numbers that differ bear each other's key."""
    cells = list(re.finditer(r'<data value="([^"]+)" data-cell="([^"]+)">', html))
    while True:
        one, other = chance.sample(cells, 2)
        if one[1] != other[1] and one[2] != other[2]:
            return html[: one.start(2)] + other[2] + html[one.end(2) :]


def _typed(html: str, chance: random.Random) -> str:
    """A number is typed in a paragraph."""
    places = [match.end() for match in re.finditer(r"<(p|td[^>]*|li|summary|h3)>", html)]
    at = chance.choice(places)
    return f"{html[:at]} {chance.choice(['12', '3.401', '7,5 %', '1'])} {html[at:]}"


def _status(html: str, chance: random.Random) -> str:
    """What is unknown, hidden or does not apply is shown as nought, or as another of these."""
    cells = list(re.finditer(r'<data value="" (data-cell="[^"]+" class="geen" title="[^"]+">)([^<]+)</data>', html))
    one = chance.choice(cells)
    other = chance.choice([text for text in ("0", "×", "onbekend", "n.v.t.", "") if text != one[2]])
    return html[: one.start(2)] + other + html[one.end(2) :]


def mutants_found(published: Home, pages: dict[str, str], count: int) -> list[str]:
    chance, missed = random.Random(7), []
    with_all = [path for path, html in pages.items() if 'class="geen"' in html and len(html) < 250_000]
    for number in range(count):
        change = (_digit, _key, _typed, _status)[number % 4]
        path = chance.choice(with_all)
        if not problems({path: change(pages[path], chance)}, published.published):
            missed.append(f"{path}: {change.__name__} {number}")
    return missed


def test_a_page_that_lies_is_found_out(published: Home, pages: dict[str, str]) -> None:
    assert mutants_found(published, pages, 60) == []


@pytest.mark.long
def test_five_hundred_pages_that_lie_are_found_out(published: Home, pages: dict[str, str]) -> None:
    assert mutants_found(published, pages, 500) == []


def test_the_same_file_gives_the_same_bytes_whatever_was_kept_and_by_how_many(
    published: Home, pages: dict[str, str], tmp_path: Path
) -> None:
    few = ("kwartaal/2024-Q4", "regio/index", "jaar/2022")
    alone = build(published.published, published, tmp_path / "again", tmp_path / "empty", few, workers=1)
    assert alone == {path: pages[path] for path in alone}
    assert len(alone) == 3


def test_every_link_within_the_site_leads_somewhere_and_no_page_is_heavy(
    published: Home, kept: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "whole"
    pages = build(published.published, published, folder, kept, only=())
    for path, html in pages.items():
        assert len(gzip.compress(html.encode("utf-8"))) < MOST_BYTES, path
        for link in re.findall(r'(?:href|src)="([^"#]+)"', html):
            assert not re.match(r"[a-z]+:|//", link), (path, link)
            assert (folder / path).parent.joinpath(link).exists(), (path, link)


def test_no_page_asks_for_a_script_or_for_anything_elsewhere(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert "<script" not in html and "http-equiv" not in html, path
        assert not re.search(r"(?:href|src|url\()\s*=?\s*[\"']?https?:", html), path


@pytest.fixture
def other_file(published: Home, tmp_path: Path) -> Path:
    """A copy of the published file, to be spoilt."""
    copy = tmp_path / "other.duckdb"
    shutil.copyfile(published.published, copy)
    copy.chmod(0o644)
    return copy


SPOILT = {
    "a_period_with_no_data": "delete from marts.figures where period = '2024-Q4'",
    "a_region_of_nought_and_hidden": """
        update marts.figures set value = case when hash(figure_key) % 2 = 0 then 0 end,
            status = case when hash(figure_key) % 2 = 0 then 'known' else 'hidden' end,
            numerator = null, denominator = null
        where level = 'region'
    """,
    "all_values_hidden": """
        update marts.figures set value = null, status = 'hidden', numerator = null, denominator = null
    """,
    "one_quarter_of_history": """
        delete from marts.figures where period not in ('2025-Q4', '2025'); delete from marts.changes
    """,
    "a_trajectory_that_stopped": "delete from marts.figures where trajectory = 'jobcoaching' and period > '2024-Q2'",
    "a_name_with_markup": "update marts.dim_region set region_name = 'A & <script>alert()</script>'",
    "an_older_edition_without_a_column": """
        alter table marts.figures drop column known_pct; alter table marts.changes drop column pairs
    """,
    "an_older_edition_without_a_table": "drop table if exists marts.published_reconciliation; drop table marts.changes",
}


@pytest.mark.parametrize("defect", SPOILT)
def test_a_file_that_lacks_something_still_gives_pages_that_do_not_lie(
    defect: str, other_file: Path, published: Home, kept: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(other_file)) as connection:
        for statement in SPOILT[defect].split(";"):
            connection.execute(statement)
        (quarter,) = connection.execute(
            "select max(period) from marts.figures where period like '%Q%' and level = 'national'"
        ).fetchall()[0]
    few = ("index", f"kwartaal/{quarter}", "regio/index", "regio/zeeland", "verantwoording")
    pages = build(other_file, published, tmp_path / "site", kept, few)
    assert f"kwartaal/{quarter}.html" in pages
    found = [one for one in problems(pages, other_file) if "geen tekst" not in one or defect != "a_name_with_markup"]
    assert found == []  # a name is shown as it is
    assert all("<script" not in html for html in pages.values())


def test_a_page_that_is_not_there_names_the_nearest(published: Home, kept: Path, tmp_path: Path) -> None:
    with pytest.raises(site.NoSuchPage, match="Bedoelde u kwartaal/2024-Q4"):
        build(published.published, published, tmp_path / "none", kept, ("kwartaal/2024-Q5",))
