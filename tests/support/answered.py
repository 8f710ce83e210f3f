"""Whether the query of an item of seeds/reports/coverage.yml answers it: one select, with every number that it prints.

What is expected of a printed figure follows from its row of the reconciliation, never from a list of exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import duckdb

from orchestration.reporting.reconciliation import Figure

Item = dict[str, Any]
ONE_SELECT = re.compile(
    r"select (?P<columns>[a-z_]+(,\s+[a-z_]+)*)\s+from marts\.(?P<mart>figures|changes)\s+where .+", re.DOTALL
)
NOT_SIMPLE = re.compile(r"\b(join|group|over|union|with|distinct|sum|count|avg)\b|\(\s*select|[*/+]")
# verdicts whose printed number the marts give; of the others they give what is computed
PRINTED = {"equal", "equal_but_contradicted", "points_as_percent", "current_base"}


@dataclass(frozen=True)
class Answer:
    """The rows that a query shows, and which figure of which period each value is."""

    rows: list[dict[str, Any]]
    keys: list[dict[str, str]]  # of each row: the figure's key, of the compared period too, and the change's

    def of(self, key: str) -> list[dict[str, Any]]:
        """The rows that show this figure or change."""
        return [row for row, keys in zip(self.rows, self.keys, strict=True) if key in keys]

    def values(self, key: str) -> list[float]:
        """The numbers shown of it."""
        found: list[float] = []
        for row, keys in zip(self.rows, self.keys, strict=True):
            if key in keys:
                shown = [row[keys[key]]] if keys[key] else list(row.values())
                found += [float(one) for one in shown if isinstance(one, int | float) and not isinstance(one, bool)]
        return found


def answer(query: str, connection: duckdb.DuckDBPyConnection) -> Answer:
    """What the query gives, each row beside the key that the mart has for it."""
    form = ONE_SELECT.fullmatch(query.strip())
    assert form, "one select of columns from figures or changes with a where"
    assert not NOT_SIMPLE.search(re.sub(r"'[^']*'", "''", query)), "nothing is joined, added up or grouped"
    of_change = form["mart"] == "changes"
    beside = "change_key, period, compared_period" if of_change else "figure_key"
    result = connection.execute(query.strip().replace("select ", f"select {beside}, ", 1))
    names = [column[0] for column in result.description or []]
    rows, keys = [], []
    for found in result.fetchall():
        if of_change:
            change, period, compared, *shown = found
            rows.append(dict(zip(names[3:], shown, strict=True)))
            series = change.split("/", 2)[2]
            sides = {f"{period}/{series}": "value", f"{compared}/{series}": "compared_value"}
            keys.append({change: ""} | {key: column for key, column in sides.items() if column in names})
        else:
            rows.append(dict(zip(names[1:], found[1:], strict=True)))
            keys.append({found[0]: "value"})
    return Answer(rows, keys)


def printed_by(item: Item, figures: Sequence[Figure]) -> list[Figure]:
    """The figures of the register that an item prints, by number or by place."""
    if "place" in item:
        where = {"source": item["source"], **item["place"]}
        names = {"measure": "printed_measure"}
        return [f for f in figures if all(fnmatchcase(str(f[names.get(k, k)]), v) for k, v in where.items())]
    wanted = {f"{item['source']}-{number:03d}" for number in _numbers(item.get("figures", ""))}
    found = [figure for figure in figures if figure["figure_id"] in wanted]
    assert len(found) == len(wanted), "a number that the register does not have"
    return found


def not_answered(item: Item, figures: Sequence[Figure], connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The figures of the item that its query does not give as they are printed (or computed, by their verdict)."""
    given = answer(item["query"], connection)
    assert any(isinstance(one, int | float) for row in given.rows for one in row.values()), "no number at all"
    return [figure["figure_id"] for figure in printed_by(item, figures) if not _gives(given, figure)]


def _gives(given: Answer, figure: Figure) -> bool:
    if figure["verdict"] == "not_computable":
        return True
    key = figure["figure_key"] or figure["change_key"]
    if key is None:
        nothing = figure["computed_value"] is None and figure["published_value"] is None
        return nothing or _gives_several(given, figure)
    if figure["not_comparable_reason"]:
        rows = given.of(key)
        return bool(rows) and all({"value", "compared_value", "not_comparable_reason"} <= row.keys() for row in rows)
    if figure["computed_value"] is None:
        return bool(given.of(key))
    expected = figure["published_value"] if figure["reason"] in PRINTED else figure["computed_as_printed"]
    return any(_as_printed(value, figure["decimals"]) == expected for value in given.values(key))


def _gives_several(given: Answer, figure: Figure) -> bool:
    """What is no single row: every row it is made of, the place of a region, the number of regions, or the smallest."""
    if figure["made_of"]:
        return all(given.of(key) for key in figure["made_of"].split())
    if figure["unit"] == "rank":
        regions = [row["region_name"] for row in given.rows]
        if "-" in str(figure["period"]):  # of two years together: what their mean is taken of
            return regions.count(figure["region_name"]) == 2
        placed = figure["region_name"] in regions[int(figure["published_value"]) - 1 :][:1]
        return placed or figure["verdict"] != "exact"
    if figure["level"] == "smallest_region":
        return min(row["value"] for row in given.rows) == figure["computed_value"]
    return len(given.rows) == figure["computed_value"] or figure["verdict"] != "exact"


def _as_printed(value: float, decimals: int) -> float:
    """Rounded half away from zero, as the mart does."""
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) * 10**decimals + 0.5 + 1e-9 * 10**decimals) / 10**decimals


def _numbers(spans: str) -> Iterator[int]:
    for span in filter(None, spans.split(", ")):
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)
