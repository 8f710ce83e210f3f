"""What the first door looks at: tables derived with SQL from the delivered rows and the reference lists.

One row per thing that can be right or wrong, for all files of a batch together. A column is NULL where its
check does not apply, so that one mistake is not reported twice. The checks themselves stand in `incoming`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.findings.dutch import GROUPS, in_words, without_points
from orchestration.findings.findings import Ours
from orchestration.reading.tidy import MOST_CLIENTS, ReadFile, Row

SQL = Path(__file__).with_name("incoming_frames.sql")
QUARTERS = SQL.with_name("quarters.sql")  # made by `make docs` from the macro of the dbt project
# what a measure can be broken down by, as a finding says it: "per …"
BREAKDOWNS = {"funding": "financiering", "type": "type traject", "stage": "stadium", "work": "werk bij beëindiging"}
MEASURES = {
    "clients": "aantal cliënten",
    "ended": "beëindigd",
    "paid_work": "cliënten met betaald werk",
    "ever_paid_work": "cliënten die op enig moment hebben gewerkt",
    "durable_paid_work": "cliënten met duurzaam betaald werk",
}
MARKS = {".": "punt", ",": "komma", "'": "apostrof", "’": "apostrof"}
NO_PLACE = " Uw sjabloon heeft er nog geen kolom voor; de kopie die u van ons terugkrijgt wel."
MOST_CODES = 16  # different ones, in a line that is no row or in two of them: a row has five
DAYS = ("landed_on", "deadline", "last_day")


@dataclass(frozen=True)
class Candidate:
    """A file at the door: its number, the day it landed (Europe/Amsterdam), what was read of it, and who sent it."""

    receipt: int
    landed_on: date
    file: ReadFile
    sender: str = ""  # the organisation, where that is known beside the file


@dataclass(frozen=True)
class Labels:
    """What codes are called in Dutch."""

    regions: dict[str, str]
    trajectories: dict[str, str]
    cells: dict[tuple[str, ...], str]

    def of(self, facts: dict[str, Any]) -> dict[str, Ours]:
        """The names of whatever codes there are among the facts of a finding, and its days in words."""
        cell = tuple(facts.get(part, "") for part in ("trajectory", "measure", "breakdown", "category"))
        return {
            "region_name": Ours(self.regions.get(facts.get("region_code", ""), "")),
            "trajectory_name": Ours(self.trajectories.get(facts.get("trajectory", ""), "")),
            "label": Ours(self.cells.get(cell, "")),
            "breakdown_name": Ours(BREAKDOWNS.get(facts.get("breakdown", ""), "")),
            "measure_name": Ours(MEASURES.get(facts.get("measure", ""), facts.get("measure", ""))),
            "group_name": Ours(GROUPS.get(facts.get("measure_group", ""), facts.get("measure_group", ""))),
            "how_to_write": Ours(how_to_write(facts.get("clients", ""))),
            "counted_by_name": Ours(BREAKDOWNS.get(facts.get("counted_by", ""), "")),
            "since": Ours(facts.get("valid_from") or facts.get("active_from") or "het begin"),
            "until": Ours(facts.get("valid_to") or facts.get("active_to") or "heden"),
            **{f"{day}_in_words": Ours(in_words(date.fromisoformat(facts[day]))) for day in DAYS if facts.get(day)},
        }


def how_to_write(clients: str) -> str:
    """What to do about a value that is no whole number; where we can tell which it is, that one is named."""
    if whole := without_points(clients):
        mark = next((name for mark, name in MARKS.items() if mark in clients), "spatie")
        return f"Bedoelt u {whole}? Schrijft u dan {whole}, zonder {mark}."
    return "Vult u een geheel getal in met alleen de cijfers 0 tot en met 9, zonder decimalen, tekst of spaties."


def build(connection: duckdb.DuckDBPyConnection, candidates: Iterable[Candidate]) -> None:
    """Make the temporary tables of a batch; `reference.*` must be there."""
    frames = _frames(list(candidates))
    for name, frame in frames.items():
        connection.register(name, frame)
    try:
        connection.execute(f"set variable most_clients = {MOST_CLIENTS}; set variable most_codes = {MOST_CODES}")
        connection.execute(QUARTERS.read_text(encoding="utf-8") + SQL.read_text(encoding="utf-8"))
    finally:
        for name in frames:
            connection.unregister(name)


def checked(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str], receipts: Sequence[int]
) -> pd.DataFrame:
    """What is to be checked of these files: the distinct values of the columns, and the `places` that have them."""
    chosen = ", ".join(f'"{column}"' for column in columns)
    query = f"""
        select {chosen}, list(place) as places from {table}
        where receipt in (select unnest($receipts)) group by all order by min(place)
    """
    return connection.execute(query, {"receipts": list(receipts)}).df()


def facts(connection: duckdb.DuckDBPyConnection, table: str, places: Iterable[int], most: int) -> list[dict[str, Any]]:
    """Everything known about the rows at these places, in the order of the files, to be told in a finding.

    At most so many of each file; `failing` is how many it has.
    """
    connection.register("chosen", pd.DataFrame({"place": list(places)}, dtype="int64"))
    try:
        query = f"""
            select t.*, count(*) over (partition by receipt) as failing from {table} t semi join chosen using (place)
            qualify row_number() over (partition by receipt order by place) <= {most}
            order by line, place
        """
        found = connection.sql(query)
        return [dict(zip(found.columns, values, strict=True)) for values in found.fetchall()]
    finally:
        connection.unregister("chosen")


def labels(connection: duckdb.DuckDBPyConnection) -> Labels:
    """The Dutch names of the reference lists."""
    cells = connection.sql("select (trajectory, measure, breakdown, category), label_nl from reference.data_dictionary")
    return Labels(
        dict(connection.sql("select region_code, region_name from reference.regions").fetchall()),
        dict(connection.sql("select trajectory, name_nl from reference.trajectories").fetchall()),
        dict(cells.fetchall()),
    )


def _frames(candidates: list[Candidate]) -> dict[str, pd.DataFrame]:
    files = pd.DataFrame(
        [
            (one.receipt, one.landed_on.isoformat(), one.file.is_whole, *one.file.owner, one.file.name, one.sender)
            for one in candidates
        ],
        columns=["receipt", "landed_on", "is_whole", "said_organisation_id", "said_quarter", "said_name", "sender"],
    )
    rows = pd.DataFrame(
        [(one.receipt, *row) for one in candidates for row in one.file.rows],
        columns=["receipt", *Row._fields],
        dtype=object,
    )
    rows.insert(0, "line", range(len(rows)))
    # the first row tells the types
    lines = [(one.receipt, words) for one in candidates if one.file.is_whole for words in _unread(one.file)]
    unread = pd.DataFrame([(-1, [""]), *lines], columns=["receipt", "words"])
    unread.insert(0, "number", range(len(unread)))
    return {"candidate_files": files, "candidate_rows": rows, "candidate_unread": unread}


def _unread(file: ReadFile) -> Iterator[list[str]]:
    """The words of each line that is no row, and those of two lines on end: one line may have been cut in two."""
    before: tuple[int, tuple[str, ...]] = (0, ())
    for number, words in file.unread:
        yield list(words)
        if number == before[0] + 1:
            yield [*before[1], *words]
        before = (number, words)
