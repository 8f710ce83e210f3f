"""The findings on one file, as they are told to whoever sent it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orchestration.findings.dutch import number
from orchestration.findings.findings import WHOLE_FILE, places

LEVELS = {"error": "fout", "warning": "waarschuwing", "info": "ter informatie"}
ASKED = ("error", "warning")  # of the rest nothing is asked of anyone


@dataclass(frozen=True)
class Remark:
    """One finding. `finding_id` names it for who closes it; `reason` is why somebody did."""

    rule: str
    level: str
    location: str
    found: str
    expected: str
    message: str
    finding_id: str = ""
    reason: str | None = None
    closed_by: str | None = None

    @property
    def kind(self) -> str:
        return LEVELS[self.level]

    @property
    def is_closed(self) -> bool:
        return self.reason is not None

    @property
    def places(self) -> list[str]:
        """The cells or rows it is about."""
        return places(self.location)

    @property
    def where(self) -> str:
        """The places in words that fit in a line."""
        if self.location == WHOLE_FILE:
            return "hele bestand"
        few = ", ".join(self.places[:6])
        return f"{few} en nog {number(len(self.places) - 6)}" if len(self.places) > 6 else few


@dataclass(frozen=True)
class Missing:
    """A cell that is not in a file, in codes; in which regions is known by the places, where it is more than one."""

    region_code: str
    trajectory: str
    measure: str
    breakdown: str
    category: str
    places: Sequence[str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.trajectory, self.measure, self.breakdown, self.category


@dataclass(frozen=True)
class Told:
    """One file with all that is to be said of it. `standing`: when the delivery landed that counts meanwhile.

    `missing`: the cells that are not in it, by the message that says so. `is_deferred`: the quarter is definitive.
    """

    receipt: int
    status: str
    organisation_id: str | None
    quarter: str | None
    file_name: str
    landed_at: datetime
    archived_as: str
    remarks: Sequence[Remark] = field(default_factory=list)
    standing: datetime | None = None
    missing: Mapping[str, Missing] = field(default_factory=dict)
    is_deferred: bool = False

    @property
    def is_rejected(self) -> bool:
        return self.status == "rejected"

    def count(self, level: str) -> int:
        return sum(remark.level == level and not remark.is_closed for remark in self.remarks)

    @property
    def closed(self) -> int:
        return sum(remark.is_closed for remark in self.remarks)


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Errors first, closed ones last; otherwise as they were found."""
    levels = list(LEVELS)
    return sorted(remarks, key=lambda one: (one.is_closed, levels.index(one.level), one.rule))
