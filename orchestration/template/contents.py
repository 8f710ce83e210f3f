"""What stands in the template of one organisation and quarter: names, cells asked for, and what it delivered before.

Read from the reference lists, the ledger and the archived files. The published file would be later and coarser: it
lags behind what was accepted, and holds measures instead of cells. How it looks is for the writer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from orchestration.findings.dutch import meant
from orchestration.home.paths import Home
from orchestration.home.reference import Line, reference_list
from orchestration.ledger import receipts
from orchestration.ledger.archive import ArchiveDamaged
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Receipt
from orchestration.reading import apart
from orchestration.reading.tidy import Row

LOOKED_BACK = 4  # quarters: as far as the method looks for an organisation's last delivery
CellKey = tuple[str, str, str, str, str]
"""Region, trajectory, measure, breakdown, category."""


class NotAsked(Exception):
    """No template can be made for this organisation and quarter; the message says why, in Dutch."""


@dataclass(frozen=True)
class Contents:
    """All that a template says. `last_quarter` is the newest of the quarters before that holds a delivery."""

    organisation_id: str
    organisation_name: str
    quarter: str
    deadline: date | None
    regions: dict[str, str]
    trajectories: list[Line]
    dictionary: list[Line]
    last_quarter: str | None = None
    last_values: dict[CellKey, int] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    own: dict[str, list[str]] = field(default_factory=dict)
    latest_quarter: str = ""

    def is_asked(self, trajectory: str) -> bool:
        """Whether a trajectory is registered in this quarter."""
        return any(
            one["trajectory"] == trajectory and one["registered_from"] <= self.quarter for one in self.trajectories
        )

    def asked(self, trajectory: str) -> dict[tuple[str, str, str, str], Line]:
        """The cells of the dictionary that are asked of a trajectory in this quarter."""
        lines = [line for line in self.dictionary if line["trajectory"] == trajectory and self._is_valid(line)]
        return {(trajectory, line["measure"], line["breakdown"], line["category"]): line for line in lines}

    def own_regions(self) -> list[str]:
        """The regions of all its trajectories."""
        return [region for region in self.regions if any(region in regions for regions in self.own.values())]

    def _is_valid(self, line: Line) -> bool:
        return (line["valid_from"] or "") <= self.quarter <= (line["valid_to"] or "9999")


def collect(home: Home, organisation_id: str, quarter: str) -> Contents:
    """The contents of a template.

    Raises:
        NotAsked: the organisation or quarter is unknown, or the one takes no part in the other.
    """
    quarters = [line["quarter"] for line in reference_list(home, "quarters")]
    _refuse_unless_active(_organisation(home, organisation_id), quarter, quarters)
    delivered = dict(_deliveries(home, organisation_id, sorted(quarters), quarter))
    contents = without_history(home, organisation_id, quarter)
    last = max((one for one in delivered if one < quarter), default=None)
    rows = delivered[last] if last else []
    return replace(
        contents,
        last_quarter=last,
        last_values={row[3:8]: int(row.clients) for row in rows if row.measure != "declaration"},
        declined=frozenset(row.trajectory for row in rows if row.category == "not_offered"),
        own=_own_regions(list(contents.regions), [row for rows in delivered.values() for row in rows]),
    )


def without_history(home: Home, organisation_id: str, quarter: str) -> Contents:
    """What the reference lists say, whether or not they know the organisation and quarter."""
    names = {line["organisation_id"]: line["name"] for line in reference_list(home, "organisations")}
    deadlines = {line["quarter"]: line["deadline"] for line in reference_list(home, "quarters")}
    return Contents(
        organisation_id=organisation_id,
        organisation_name=names.get(organisation_id, ""),
        quarter=quarter,
        deadline=date.fromisoformat(deadlines[quarter]) if quarter in deadlines else None,
        regions={line["region_code"]: line["region_name"] for line in reference_list(home, "regions")},
        trajectories=reference_list(home, "trajectories"),
        dictionary=reference_list(home, "data_dictionary"),
        latest_quarter=max(deadlines, default=""),
    )


def with_room_for(contents: Contents, keys: Collection[tuple[str, str, str, str]]) -> Contents:
    """The same, asking for these cells too, whatever the quarter: what was filled in there is to be shown."""
    named = {trajectory for trajectory, *_ in keys}
    return replace(
        contents,
        trajectories=[
            one | {"registered_from": contents.quarter} if one["trajectory"] in named else one
            for one in contents.trajectories
        ],
        dictionary=[
            line | {"valid_from": "", "valid_to": ""} if _key(line) in keys else line for line in contents.dictionary
        ],
    )


def _key(line: Line) -> tuple[str, str, str, str]:
    return line["trajectory"], line["measure"], line["breakdown"], line["category"]


def _organisation(home: Home, organisation_id: str) -> Line:
    organisations = reference_list(home, "organisations")
    found = next((line for line in organisations if line["organisation_id"] == organisation_id), None)
    if found is None:
        near = meant(organisation_id, [line["organisation_id"] for line in organisations])
        raise NotAsked(f"Organisatie {organisation_id} staat niet op de deelnemerslijst (organisations.csv).{near}")
    return found


def _refuse_unless_active(organisation: Line, quarter: str, quarters: list[str]) -> None:
    if quarter not in quarters:
        near = meant(quarter, quarters)
        raise NotAsked(f"{quarter} staat niet in quarters.csv; schrijf een kwartaal als 2025-Q1.{near}")
    since, until = organisation["active_from"], organisation["active_to"]
    if not (since or "") <= quarter <= (until or "9999"):
        name = organisation["organisation_id"]
        raise NotAsked(f"{name} doet mee van {since or 'het begin'} tot en met {until or 'heden'}, niet in {quarter}.")


def _deliveries(home: Home, organisation_id: str, quarters: list[str], quarter: str) -> Iterator[tuple[str, list[Row]]]:
    """The deliveries in force of the quarter itself and those looked back on, as far as they hold cells."""
    in_force = InForce(receipts.read(home.receipts))
    now = quarters.index(quarter)
    for one in quarters[max(0, now - LOOKED_BACK) : now + 1]:
        receipt = in_force.delivery(organisation_id, one)
        rows = _rows(home, receipt) if receipt else []
        if any(row.measure != "declaration" for row in rows):
            yield one, rows


def _rows(home: Home, receipt: Receipt) -> list[Row]:
    path = home.archive / receipt.archived_as
    if not path.exists():
        raise ArchiveDamaged(f"In het archief ontbreekt {receipt.archived_as} ({receipt.file_name}).")
    return apart.read(path, receipt.file_name).rows


def _own_regions(regions: list[str], rows: list[Row]) -> dict[str, list[str]]:
    """Per trajectory the regions in which it was delivered, in the order of the list."""
    delivered = {(row.trajectory, row.region_code) for row in rows if row.measure != "declaration"}
    trajectories = dict.fromkeys(trajectory for trajectory, _ in delivered)
    return {one: [region for region in regions if (one, region) in delivered] for one in trajectories}
