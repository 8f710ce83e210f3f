"""From template to landed cells, with a real spreadsheet program in between."""

from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from orchestration.home.paths import Home
from orchestration.landing.land import land
from orchestration.reading import apart, as_sent
from orchestration.reading.form import editions
from orchestration.template import writer
from tests.support import templates
from tests.support.broken_files import NOW, declaration, good_rows, tidy_csv
from tests.support.commands import deliver, werkmonitor_here

CELLS = """
    select region_code, trajectory, measure, breakdown, category, clients
    from raw.cells where receipt = (select max(receipt) from raw.files) order by all
"""
ORGANISATION, QUARTER = "org_040", "2024-Q1"
FREE = ("education", "unpaid_work", "started_paid_work", "stopped_paid_work")  # held against no other
EDITION = editions.newest()


def landed_cells(home: Home) -> list[tuple[str, ...]]:
    """Land the inbox; the cells of its one delivery."""
    report = land(home, NOW)
    assert [one.status for one in report.outcomes] == ["accepted"], report.outcomes
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.sql(CELLS).fetchall()


def opened(path: Path, sheet: str, *references: str) -> list[str]:
    """Stored values, as whoever opens the file without computing sees them."""
    stored = load_workbook(path, data_only=True)[sheet]
    return [str(stored[reference].value) for reference in references]


@pytest.mark.extra
@pytest.mark.parametrize("withheld", [None, "other"], ids=["all six trajectories", "one not offered"])
def test_a_template_filled_in_with_libreoffice_lands_as_the_tidy_csv(tmp_path: Path, withheld: str | None) -> None:
    home, other_home = Home(tmp_path / "a").create(), Home(tmp_path / "b").create()
    trajectories = [one for one in EDITION.sheets if one != withheld]
    rows = good_rows(ORGANISATION, QUARTER, regions=["zwolle", "drenthe", "achterhoek"], trajectories=trajectories)
    rows = [[*row[:7], str(number % 4) if row[4] in FREE else row[7]] for number, row in enumerate(rows)]
    rows += [declaration("not_offered", withheld)] if withheld else []
    earlier = good_rows(ORGANISATION, "2023-Q4", regions=["drenthe"], trajectories=["ips", "other"])
    templates.deliver(home, earlier, "2023-Q4")  # so that it has values of last quarter to show

    empty, filled = tmp_path / "sjabloon.xlsx", tmp_path / "ingevuld.xlsx"
    where = ["--organisation", ORGANISATION, "--quarter", QUARTER, "--output", str(empty)]
    werkmonitor_here(home, "template", *where)
    entries = templates.places(load_workbook(empty), EDITION, rows)
    formulas = {place: f"={n}*2-{n}" for place, n in entries.items() if place.endswith("11") and isinstance(n, int)}
    assert formulas
    templates.fill_with_libreoffice(empty, filled, {**entries, **formulas})

    (home.inbox / "ingevuld.xlsx").write_bytes(filled.read_bytes())
    deliver(other_home, tidy_csv(rows), "tidy.csv")
    cells = landed_cells(home)
    assert (len(cells), cells) == (len(rows), landed_cells(other_home))
    total = sum(int(row[7]) for row in rows if row[2:6] == ["drenthe", "ips", "clients", "funding"])
    assert opened(filled, "IPS", "A10", "B10", "J10") == ["Drenthe", "compleet", str(total)]


SHAPES = (
    *("header_with_a_logo", "picture_on_the_sheet", "comments", "frozen_panes", "hidden_rows_and_columns"),
    *("another_locale", "own_sheet_in_front", "names_and_chart", "colours_and_columns", "outline_and_filter"),
    "copied_sheet_away",
)


@pytest.mark.extra
def test_what_libreoffice_puts_beside_the_cells_costs_none_of_them(tmp_path: Path) -> None:
    empty = tmp_path / "sjabloon.xlsx"
    writer.build(templates.small_contents(), EDITION).save(empty)
    rows = good_rows()
    entries = templates.places(load_workbook(empty), EDITION, rows)
    targets = {shape: tmp_path / f"{shape}.xlsx" for shape in SHAPES}
    templates.fill_in_shapes(empty, targets, entries)
    wanted = {(*row[2:7], row[7]) for row in rows}
    for shape, path in targets.items():
        file = apart.read(path, path.name)
        cells = {(*row[3:8], row[8]) for row in file.rows}
        assert (shape, file.findings, wanted - cells) == (shape, [], set())
        assert len(file.rows) == len(rows), shape
        assert isinstance(as_sent.read(path), as_sent.Template), shape
