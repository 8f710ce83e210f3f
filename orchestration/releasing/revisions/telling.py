"""What a table `revisions` says, in Dutch: for the release note, and for the terminal. Reads that table alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.publishing.rows import Row, rows
from orchestration.releasing import tables

CODES = {
    "R1": "betere of latere levering",
    "R2": "routine: alleen een status, of de periode is nieuw",
    "R3": "methode, definitie of lijst",
    "C": "fout van ons",
}
MOST_SHOWN = 40
BY_CODE = """
    select code, count(*) as cells
    from (select unnest(string_split(codes, ' ')) as code from marts.revisions) group by all
"""
BY_DELIVERY = """
    select delivery, count(*) as cells
    from (select unnest(string_split(deliveries, '; ')) as delivery from marts.revisions) group by all order by all
"""
# what a report opens with: the nation, all trajectories together, the measure as a whole, where a reader sees a change
NATIONAL = """
    select period, measure, value_old, value_new, change_r1, change_r3, codes from marts.revisions
    where level = 'national' and trajectory = 'all' and breakdown is null and value_old is not null
        and round(value_old, 2) is distinct from round(value_new, 2)
    order by period_start desc, period, measure
"""


def counts(revisions: Path) -> dict[str, int]:
    """How many cells each code stands at."""
    with duckdb.connect(str(revisions), read_only=True) as connection:
        found = {row["code"]: row["cells"] for row in rows(connection, BY_CODE)}
    return {code: found[code] for code in CODES if code in found}


def lines(revisions: Path) -> Iterator[str]:
    """What changed, as the lines of a page: per code, per delivery, and the national figures."""
    with duckdb.connect(str(revisions), read_only=True) as connection:
        total = rows(connection, "select count(*) as cells from marts.revisions")[0]["cells"]
        deliveries = rows(connection, BY_DELIVERY)
        national = rows(connection, NATIONAL)
    yield f"{total} cijfers zijn anders; alle staan in de tabel `revisions`."
    if total:
        yield ""
        yield from (f"- {code} ({CODES[code]}): {cells} cijfers" for code, cells in counts(revisions).items())
    if deliveries:
        yield "\n## Leveringen achter R1\n"
        yield from (f"- {one['delivery']}: {one['cells']} cijfers" for one in deliveries)
    if national:
        yield "\n## Landelijk, alle trajecten samen\n"
        yield "| periode | maat | was | nu | door R1 | door R3 | |\n|---|---|---|---|---|---|---|"
        yield from (_national(row) for row in national[:MOST_SHOWN])
        if len(national) > MOST_SHOWN:
            yield f"\nEn nog {len(national) - MOST_SHOWN}."


def written(revisions: Path, folder: Path, *, as_json: bool) -> str:
    """All rows as CSV, or as JSON in which codes and deliveries are lists; the folder is for a passing file."""
    passing = folder / "revisions.out"
    lists = "replace (string_split(codes, ' ') as codes, string_split(deliveries, '; ') as deliveries)"
    query = f"select * {lists if as_json else ''} from marts.revisions order by all"
    with duckdb.connect(str(revisions), read_only=True) as connection:
        how = "format json, array true" if as_json else tables.CSV
        connection.execute(f"copy ({query}) to {tables.quoted(str(passing))} ({how})")
    return passing.read_text(encoding="utf-8")


def _national(row: Row) -> str:
    numbers = (row[name] for name in ("value_old", "value_new", "change_r1", "change_r3"))
    return " | ".join([f"| {row['period']}", row["measure"], *map(_number, numbers), f"{row['codes']} |"])


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    rounded = round(value, 2) or 0.0  # never -0
    return f"{rounded:.2f}".rstrip("0").rstrip(".").replace(".", ",")
