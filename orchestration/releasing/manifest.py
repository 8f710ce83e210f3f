"""What a release rests on, as data: code, lists, deliveries, closings, tables. By it the release can be made again.

Reads the published file and the ledger; decides nothing.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import code
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Ledger
from orchestration.publishing.rows import Row, rows
from orchestration.releasing import verifying
from orchestration.releasing.tables import Table

FORMAT = 1
LIBRARIES = (
    "werkmonitor",
    "duckdb",
    "dbt-core",
    "dbt-duckdb",
    "dagster",
    "great-expectations",
    "pandas",
    "openpyxl",
    "highspy",
)
COVERAGE = """
    select period, trajectory, count(*) filter (expected) as expected, count(*) filter (delivered) as delivered
    from marts.delivery_status where trajectory is not null group by all order by all
"""


@dataclass(frozen=True)
class Asked:
    """What the data manager asked for."""

    quarter: str
    is_definitive: bool = False
    note: str = ""
    correction: str = ""
    accept_missing: bool = False
    reason: str = ""

    @property
    def status(self) -> str:
        return "definitive" if self.is_definitive else "provisional"


def figures(run: Row, ledger: Ledger, published: Path, tables: Sequence[Table]) -> dict[str, Any]:
    """The part of a manifest that says which figures these are and what they rest on."""
    with duckdb.connect(str(published), read_only=True) as connection:
        coverage = rows(connection, COVERAGE)
    return {
        "run": run_described(run),
        "method_version": run["method_version"],
        "deliveries": in_force(ledger),
        "closings": [asdict(one) for one in ledger.years_closed],
        "reopened": [asdict(one) for one in ledger.reopened.values()],
        "acknowledgements": [asdict(one) for one in ledger.acknowledged.values()],
        "locks": [asdict(one) for one in ledger.locks.values()],
        "coverage": coverage,
        "tables": [{"name": one.name, "rows": one.rows, "content": one.content} for one in tables],
    }


def run_described(run: Row) -> dict[str, Any]:
    """The run that made the figures: its moment, and where the ledger stood."""
    return {
        "built_at": run["built_at"].isoformat(),
        "today": run["today"].isoformat(),
        "closing_year": run["closing_year"],
        "ledger": {"line": run["line"], "hash": run["hash"]},
    }


def made_of(run: Row, home: Home) -> dict[str, Any]:
    """The code, the versions and the lists."""
    return {
        "code": {
            "sha256": run["code_sha256"],
            "revision": run["revision"],
            "is_clean": run["is_clean"],
            "lock_sha256": code.code().lock_sha256,
            "python": platform.python_version(),
            "versions": {name: version(name) for name in LIBRARIES},
        },
        "lists": code.lists(home),
    }


def in_force(ledger: Ledger, quarter: str | None = None) -> list[dict[str, Any]]:
    """Every delivery that counts (of one quarter), by organisation and quarter."""
    counting = InForce(ledger)
    found = []
    for pair in sorted(counting.pairs()):
        receipt = counting.delivery(*pair)
        if receipt is not None and quarter in (None, pair[1]):
            found.append(
                {
                    "organisation_id": pair[0],
                    "quarter": pair[1],
                    "version": ledger.judged[receipt.receipt].version,
                    "receipt": receipt.receipt,
                    "archived_as": receipt.archived_as,
                    "sha256": receipt.sha256,
                }
            )
    return found


def seal(folder: Path, about: dict[str, Any]) -> None:
    """Write the manifest, which names every file of the folder, and the sums of all."""
    files = {one.relative_to(folder).as_posix(): one for one in sorted(folder.rglob("*")) if one.is_file()}
    about["files"] = {name: {"bytes": one.stat().st_size, "sha256": sha256_of(one)} for name, one in files.items()}
    text = json.dumps(about, indent=1, ensure_ascii=False, default=str) + "\n"
    (folder / verifying.MANIFEST).write_text(text, encoding="utf-8")
    (folder / verifying.SUMS).write_text(verifying.sums(folder, about), encoding="utf-8")


def same_state(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two manifests are of the same figures with the same status."""
    parts = ("status", "tables", "deliveries", "closings", "acknowledgements")
    return all(one[part] == other[part] for part in parts) and one.get("public") == other.get("public")
