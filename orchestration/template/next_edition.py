"""`make edition NAME=2026-2`: the next edition of the template, with a place for every cell of the data dictionary.

What the newest edition has keeps its order; what it lacks comes last in its block, or in a new block at the end of
its group. Only the places of cells are made here: cover and rows are copied. An edition is never changed afterwards.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from openpyxl.utils import column_index_from_string, get_column_letter

from orchestration.home.paths import SEEDS
from orchestration.home.reference import Line, read_list
from orchestration.reading.form.editions import FOLDER, Cell, Edition, newest

FIRST_COLUMN = "D"  # after the region and its two hidden neighbours
LABEL_PARTS = ": "  # in the dictionary's labels, between the heading of a block and the header of a column


def main() -> None:
    """Write the folder of the edition that is named on the command line."""
    name, folder = sys.argv[1], FOLDER / sys.argv[1]
    last = newest()
    if name <= last.edition or folder.exists():
        raise SystemExit(f"{name} must sort after {last.edition}, the newest edition.")
    write(last, read_list(SEEDS / "reference" / "data_dictionary.csv"), folder)
    print(f"{folder}: look at both files, then run `make test`.")


def write(last: Edition, dictionary: Iterable[Line], folder: Path) -> None:
    """The files of the edition after `last`, in a folder that is not there yet."""
    layout = (FOLDER / last.edition / "layout.yml").read_text(encoding="utf-8")
    folder.mkdir()
    (folder / "layout.yml").write_text(layout.replace(f'"{last.edition}"', f'"{folder.name}"'), encoding="utf-8")
    with (folder / "cells.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(Cell.model_fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(cell.model_dump() for cell in cells(last, dictionary))


def cells(last: Edition, dictionary: Iterable[Line]) -> Iterator[Cell]:
    """The cells of `last` and those that only the dictionary has, each in its new place."""
    known = {cell.key for cell in last.cells}
    added = [_without_place(line, last) for line in dictionary if _key(line) not in known]
    for trajectory in last.sheets:
        ours = [cell for cell in (*last.cells, *added) if cell.trajectory == trajectory]
        groups = list(dict.fromkeys(cell.measure_group for cell in ours))
        blocks = list(dict.fromkeys(_block(cell) for cell in ours))
        places = {cell.key: (groups.index(cell.measure_group), blocks.index(_block(cell))) for cell in ours}
        yield from _placed(sorted(ours, key=lambda cell: places[cell.key]))


def _block(cell: Cell) -> tuple[str, str]:
    return cell.measure_group, cell.heading


def _placed(ours: list[Cell]) -> Iterator[Cell]:
    """Side by side from the first column: each cell with the last delivery's beside it, then the block's total."""
    column = column_index_from_string(FIRST_COLUMN)
    for _, grouped in groupby(ours, key=_block):
        block = list(grouped)
        total = get_column_letter(column + 2 * len(block)) if any(cell.total for cell in block) else ""
        for cell in block:
            places = {"column": get_column_letter(column), "previous": get_column_letter(column + 1)}
            yield cell.model_copy(update={**places, "total": total if cell.total else ""})
            column += 2
        column += bool(total)


def _without_place(line: Line, last: Edition) -> Cell:
    heading, _, header = line["label_nl"].partition(LABEL_PARTS)
    adds_up = {cell.breakdown for cell in last.cells if cell.total}
    kept = {name: line[name] for name in ("trajectory", "measure_group", "measure", "breakdown", "category")}
    total = "yes" if line["breakdown"] in adds_up and not line["optional"] else ""
    return Cell(**kept, column="", previous="", total=total, heading=heading, header=header or heading)


def _key(line: Line) -> tuple[str, ...]:
    return tuple(line[name] for name in ("trajectory", "measure", "breakdown", "category"))


if __name__ == "__main__":
    main()
