"""What must come out: the published figures, looked up by what they are about.

Everything is read from `seeds/reports/figures.csv`. What does not belong here: deciding which figure gives
way where two exclude each other; the models that use the figures do that, and `docs/reconstruction.md` lists it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
PUBLISHED = SEEDS / "reports" / "figures.csv"
REFERENCE = SEEDS / "reference"

FUNDING = {"uwv": "uwv", "municipality": "gemeente", "other": "overig"}
"""The codes of the dictionary and the words of the published figures."""

Key = tuple[str, str, str, str, str]
"""period, geography, trajectory, breakdown, measure."""


@dataclass(frozen=True)
class Targets:
    """The published figures: national ones by key, Tabel 3.1 by region, the reference lists beside them."""

    national: dict[Key, float]
    regional: dict[tuple[str, str, str, str], float]
    providers: dict[str, int]

    def count(self, period: str, trajectory: str, measure: str, breakdown: str = "") -> int:
        """A national count. `period` as in the marts: `2025-Q1`, `2024`."""
        return round(self.figure(period, trajectory, measure, breakdown))

    def figure(self, period: str, trajectory: str, measure: str, breakdown: str = "") -> float:
        """A national figure as printed."""
        return self.national[period.replace("-Q", "Q"), "NL", trajectory, breakdown, measure]

    def region(self, region: str, group: str, year: str, measure: str) -> int | None:
        """A count of Tabel 3.1 (group ips or non_ips), None where nothing is printed."""
        value = self.regional.get((region, group, year, measure))
        return None if value is None else round(value)

    def region_percentage(self, region: str, year: str) -> float | None:
        """The percentage ended with result of Tabel 3.1; None for "nvt", and where its own row excludes it.

        Drechtsteden 2024 prints 0,0 % beside 0 clients active: a percentage needs a client ended.
        """
        active = [self.region(region, group, year, "clients_active") or 0 for group in ("ips", "non_ips")]
        return self.regional.get((region, "all", year, "pct_ended_with_result")) if any(active) else None


def read_targets(path: Path = PUBLISHED) -> Targets:
    """Read the register of published figures."""
    codes = {name.replace(" en ", " & "): code for code, name in _regions().items()}
    codes |= {name: code for code, name in _regions().items()}
    national: dict[Key, float] = {}
    regional: dict[tuple[str, str, str, str], float] = {}
    providers: dict[str, int] = {}
    for row in _read(path):
        if not row["value"]:
            continue
        value = float(row["value"])
        if row["locator"] != "Tabel 3.1":
            key = (row["period"], row["geography"], row["trajectory"], row["breakdown"], row["measure"])
            national.setdefault(key, value)
        elif row["measure"] == "providers":
            providers[codes[row["geography"]]] = round(value)
        else:
            regional[codes[row["geography"]], row["trajectory"], row["period"], row["measure"]] = value
    return Targets(national, regional, providers)


def _regions() -> dict[str, str]:
    return {row["region_code"]: row["region_name"] for row in _read(REFERENCE / "regions.csv")}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
