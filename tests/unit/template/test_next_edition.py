"""The next edition of the template has a place for every cell of the dictionary; what was there keeps its order."""

from __future__ import annotations

from pathlib import Path

from orchestration.home.paths import SEEDS
from orchestration.home.reference import Line, read_list
from orchestration.reading.form import editions
from orchestration.template import next_edition

LAST = editions.newest()
DICTIONARY = read_list(SEEDS / "reference" / "data_dictionary.csv")


def line(**changed: str) -> Line:
    return {**DICTIONARY[0], "trajectory": "ips", **changed}


def headers(cells: list[editions.Cell], trajectory: str, measure: str) -> list[tuple[str, str, str]]:
    found = [one for one in cells if (one.trajectory, one.measure) == (trajectory, measure)]
    return [(one.header, one.column, one.total) for one in found]


def test_with_nothing_new_in_the_dictionary_nothing_moves() -> None:
    assert tuple(next_edition.cells(LAST, DICTIONARY)) == LAST.cells


def test_a_new_category_comes_last_in_its_block_and_pushes_the_total() -> None:
    new = line(measure="paid_work", measure_group="work", breakdown="funding", category="employer")
    new["label_nl"] = "Aantal cliënten met betaald werk per financiering: Werkgever"
    cells = list(next_edition.cells(LAST, [*DICTIONARY, new]))
    assert headers(cells, "ips", "paid_work")[:4] == [
        ("UWV", "AQ", "AY"),
        ("Gemeente", "AS", "AY"),
        ("Overige financiering", "AU", "AY"),
        ("Werkgever", "AW", "AY"),
    ]
    assert len(cells) == len(LAST.cells) + 1


def test_a_new_measure_gets_a_block_at_the_end_of_its_group() -> None:
    new = line(measure="sick_leave", measure_group="unpaid_work", breakdown="total", category="total")
    new["label_nl"] = "Langdurig ziek"
    cells = [cell for cell in next_edition.cells(LAST, [*DICTIONARY, new]) if cell.trajectory == "ips"]
    group = [cell.measure for cell in cells if cell.measure_group == "unpaid_work"]
    assert group[-1] == "sick_leave"
    taken = [column for cell in cells for column in cell.columns]
    assert len(taken) == len(set(taken))


def test_the_written_edition_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "2099-1"
    next_edition.write(LAST, DICTIONARY, folder)
    written = editions._load(folder)
    assert written.edition == "2099-1"
    assert written.cells == LAST.cells
