"""Makes one system of all public regional figures, of every release and of the printed documents.

What holds between figures comes from what the tables are: regions add up to the nation, parts to their total, quarters
of a flow to the year; the orders of the list; a printed percentage is a rounded ratio of whole numbers. A relation that
the figures do not satisfy helps nobody and is left out, and named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.publishing.disclosure.protect import NotProtected, weight
from orchestration.publishing.disclosure.system import INFINITE, Cell, Chair, Percentage, System
from orchestration.publishing.disclosure.system import Row as Relation
from orchestration.publishing.disclosure.tables.lists import Lists, Order
from orchestration.publishing.disclosure.tables.snapshots import Calendar, Snapshot
from orchestration.publishing.rows import Row

CLASSES = ((10, 19, "10–19"), (20, 49, "20–49"), (50, 99, "50–99"), (100, INFINITE, "100+"))
Identity = tuple[str, int, str]


@dataclass
class Linked:
    """A system, and how its numbers stand in the tables of the release that is being made."""

    system: System
    cells: Mapping[str, int]
    percentages: Mapping[str, int]
    hidden: frozenset[int]
    hidden_percentages: frozenset[int]
    sums: frozenset[int]
    chairs: Mapping[str, Chair]
    left_out: Sequence[str]
    printed_small: Sequence[str]


@dataclass
class _Building:
    """The system as far as it is made."""

    lists: Lists
    calendar: Calendar
    cells: list[Cell] = field(default_factory=list)
    places: dict[Identity, int] = field(default_factory=dict)
    rows: dict[Relation, None] = field(default_factory=dict)
    percentages: list[Percentage] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    known: set[Identity] = field(default_factory=set)
    rests: dict[int, tuple[int, int]] = field(default_factory=dict)  # of a percentage: the base, and the part above

    def know(self, snapshot: Snapshot) -> None:
        """What a release showed, everyone has."""
        for key in snapshot.shown:
            row = snapshot.figures[key]
            if row["unit"] == "count":
                self.known.add((key, int(row["value"]), ""))

    def cell(self, snapshot: Snapshot, key: str, value: float, table: str, lowest: int = 0) -> int:
        """The place of a number in the system: the same for the same figure with the same value."""
        if value != int(value):
            raise NotProtected(table, key)
        identity = (key, int(value), snapshot.name if key in snapshot.fresh else "")
        if identity not in self.places:
            self.places[identity] = len(self.cells)
            is_small = 0 < value < self.lists.rules.small_below
            self.cells.append(Cell(key, table, int(value), is_small, identity in self.known, lowest))
        place = self.places[identity]
        if table and not self.cells[place].table:  # it rests below a percentage, and is published as well
            old = self.cells[place]
            self.cells[place] = Cell(old.name, table, old.value, old.is_small, old.is_known, old.lowest)
        return place

    def relate(self, relation: Relation, name: str) -> None:
        """Add what holds, unless the figures say otherwise."""
        if System(self.cells, [relation]).untrue():
            self.left_out.add(name)
        else:
            self.rows[relation] = None


def link(
    lists: Lists, calendar: Calendar, earlier: Sequence[Snapshot], now: Snapshot, printed: Mapping[str, float]
) -> Linked:
    """One system of the figures of now and of earlier releases, and of the prints (empty where those are not ours).

    Raises:
        NotProtected: a table asks for what is no whole number.
    """
    building = _Building(lists, calendar)
    zero = _print_of(now, printed)
    for snapshot in (zero, *earlier):
        building.know(snapshot)
    merged: dict[str, int] = {}
    hidden: set[int] = set()
    shares: dict[str, int] = {}
    hidden_shares: set[int] = set()
    for snapshot in (zero, *earlier, now):
        places = _counts(building, snapshot)
        merged |= places
        shares = _percentages(building, snapshot, hidden_shares, earlier)
        _sums(building, snapshot, places)
        _orders(building, snapshot, merged)
        hidden |= {places[key] for key in snapshot.hidden & places.keys()}
        if snapshot is not now:
            hidden |= {place for place in places.values() if not building.cells[place].is_known}
    rows = tuple(building.rows)
    small = [key for key, value in printed.items() if key in zero.shown and 0 < value < lists.rules.small_below]
    return Linked(
        System(tuple(building.cells), rows, tuple(building.percentages), _withholdable(building, rows, printed)),
        {key: place for key, place in merged.items() if key in now.table_of},
        shares,
        frozenset(hidden | _other_than_printed(building, now, merged, printed)),
        frozenset(hidden_shares | _shares_other_than_printed(now, shares, printed)),
        frozenset(number for number, row in enumerate(rows) if row.is_sum and _hides_a_zero(building, row, hidden)),
        _chairs(building, (*earlier, now)),
        sorted(building.left_out),
        sorted(one for one in small if now.figures[one]["unit"] == "count"),
    )


def _hides_a_zero(building: _Building, row: Relation, hidden: set[int]) -> bool:
    return any(one in hidden and not building.cells[one].value for one, _ in row.parts)


def _withholdable(building: _Building, rows: Sequence[Relation], printed: Mapping[str, float]) -> frozenset[int]:
    """The sums with a part that an earlier release showed, and none that is printed: that is never unknown again."""
    found = set()
    for number, row in enumerate(rows):
        parts = [building.cells[one] for one, _ in row.parts]
        if row.is_sum and any(one.is_known for one in parts) and not any(one.name in printed for one in parts):
            found.add(number)
    return frozenset(found)


def _print_of(now: Snapshot, printed: Mapping[str, float]) -> Snapshot:
    """The printed documents as release zero: the printed values of the figures that we have too."""
    figures = {}
    for key, value in printed.items():
        row = now.figures.get(key)
        if row is None or row["status"] != "known":
            continue
        if row["unit"] == "count":
            figures[key] = {**row, "value": value}
        elif row["rounded"] == value:
            figures[key] = row
    tables = {key: now.table_of.get(key, "gedrukt") for key in figures}
    return Snapshot("print", figures, tables, now.nation, shown=set(figures))


def _counts(building: _Building, snapshot: Snapshot) -> dict[str, int]:
    """The places of the counts of a snapshot, by key; numbers of providers are no counts of clients."""
    found = {}
    for key, table in snapshot.table_of.items():
        row = snapshot.figures[key]
        if row["status"] == "known" and row["unit"] == "count" and row["aggregation"] != "distinct":
            found[key] = building.cell(snapshot, key, row["value"], table)
    return found


def _percentages(
    building: _Building, snapshot: Snapshot, hidden: set[int], earlier: Sequence[Snapshot]
) -> dict[str, int]:
    """The percentages of a snapshot, with what they rest on; those that may not be shown are hidden."""
    found: dict[str, int] = {}
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for key, table in snapshot.table_of.items():
        row = snapshot.figures[key]
        if row["status"] != "known" or row["unit"] != "percent":
            continue
        base = building.cell(snapshot, _key(row, row["denominator_measure"]), row["denominator"], "", lowest=1)
        above = building.cell(snapshot, _key(row, row["measure"].removeprefix("pct_")), row["numerator"], "")
        rest = building.cell(snapshot, f"{key}/rest", row["denominator"] - row["numerator"], "")
        building.rows[Relation(((base, 1.0), (above, -1.0), (rest, -1.0)), 0, 0)] = None
        building.rests[rest] = (base, above)
        for name, place in (("denominator", base), ("numerator", above)):
            sums.setdefault((row["period"], row["trajectory"], row["measure"], name), []).append(place)
        number = None
        if not (snapshot.name == "print" or snapshot in earlier):
            number = found[key] = len(building.percentages)
            building.percentages.append(Percentage(key, table, weight(row["denominator"])))
            if not may_be_shown(building.lists, row) or _was_hidden(key, row, earlier):
                hidden.add(number)
        if number is not None or key in snapshot.shown:
            for relation in _rounded(building.lists, row, (base, above, rest), number, snapshot.name == "print"):
                building.rows[relation] = None
    for (period, scope, measure, name), places in sums.items():
        nation = snapshot.nation.get((period, scope, measure))
        if nation is not None:
            total = float(nation[name])
            building.relate(Relation(tuple((one, 1.0) for one in places), total, total), f"{period} {scope} {measure}")
    return found


def _was_hidden(key: str, row: Row, earlier: Sequence[Snapshot]) -> bool:
    """Whether a release hid this very percentage, and none showed it."""
    same = [one for one in earlier if key in one.figures and _base_of(one.figures[key]) == _base_of(row)]
    return any(key in one.hidden for one in same) and not any(key in one.shown for one in same)


def _base_of(row: Row) -> tuple[object, object]:
    return row["numerator"], row["denominator"]


def may_be_shown(lists: Lists, row: Row) -> bool:
    """Whether a regional percentage rests on enough."""
    base, above = row["denominator"], row["numerator"]
    least = min(above, base - above)
    return bool(base >= lists.rules.base_at_least and least >= lists.rules.parts_at_least)


def class_of(base: float) -> tuple[float, float, str]:
    """The class in which a base is told."""
    return next((one for one in CLASSES if one[0] <= base <= one[1]), (1, INFINITE, ""))


def _rounded(
    lists: Lists, row: Row, places: tuple[int, int, int], number: int | None, is_printed: bool
) -> Iterator[Relation]:
    """What a percentage with one decimal says of the whole numbers below it; ours tells the class of its base too."""
    base, above, rest = places
    for percentage, sign in ((row["rounded"] - 0.05, 1), (row["rounded"] + 0.05, -1)):
        yield Relation(((above, sign * 100.0), (base, -sign * round(percentage, 2))), 0, INFINITE, number)
    if not is_printed:
        lowest, highest, _ = class_of(row["denominator"])
        yield Relation(((base, 1.0),), lowest, highest, number)
        for part in (above, rest) if may_be_shown(lists, row) else ():
            yield Relation(((part, 1.0),), lists.rules.parts_at_least, INFINITE, number)


def _sums(building: _Building, snapshot: Snapshot, places: Mapping[str, int]) -> None:
    """Regions to the nation, parts to their total, quarters of a flow to the year."""
    by_row: dict[tuple[str, str, str], list[int]] = {}
    for key, place in places.items():
        row = snapshot.figures[key]
        by_row.setdefault((row["period"], row["trajectory"], row["measure"]), []).append(place)
    for (period, scope, measure), cells in by_row.items():
        nation = snapshot.nation.get((period, scope, measure))
        if nation is not None and snapshot.name != "print":
            total = float(nation["value"])
            summed = Relation(tuple((one, 1.0) for one in cells), total, total, is_sum=True)
            building.relate(summed, f"{period} {scope} {measure}")
    for key, place in places.items():
        row = snapshot.figures[key]
        for parts in (_parts_of_scope(building, row, places), _parts_of_period(building, snapshot, row, places)):
            if parts:
                relation = Relation(((place, -1.0), *((one, 1.0) for one in parts)), 0, 0)
                building.relate(relation, f"{key} en de delen")


def _parts_of_scope(building: _Building, row: Row, places: Mapping[str, int]) -> list[int]:
    """The published scopes that together are this one, apart from each other."""
    scopes = building.calendar.scopes
    whole = scopes.get(row["trajectory"], frozenset())
    found, left = [], set(whole)
    for scope in sorted(scopes, key=lambda one: (-len(scopes[one]), one)):
        key = _key({**row, "trajectory": scope}, row["measure"])
        if scopes[scope] < whole and scopes[scope] <= left and key in places:
            found.append(places[key])
            left -= scopes[scope]
    # what no published scope holds is not delivered there, or the figures will say that it does not add up
    return found if len(found) > 1 else []


def _parts_of_period(building: _Building, snapshot: Snapshot, row: Row, places: Mapping[str, int]) -> list[int]:
    """The quarters of a flow, where all four of a year (both of a half-year) are published."""
    if row["aggregation"] != "flow" or row["period_type"] == "quarter":
        return []
    quarters = [one for one in building.calendar.periods if "Q" in one and building.calendar.holds(row["period"], one)]
    keys = [_key({**row, "period": one}, row["measure"]) for one in quarters]
    return [places[key] for key in keys if key in places] if any(key in places for key in keys) else []


def _orders(building: _Building, snapshot: Snapshot, places: Mapping[str, int]) -> None:
    """What the list of orders says, of the newest cells that there are of each figure."""
    for key in snapshot.table_of:
        row = snapshot.figures[key]
        for order in building.lists.orders if key in places else ():
            for high, lows in _ordered(building.calendar, row, order):
                keys = (high, *lows)
                if key in keys and all(one in places for one in keys):
                    parts = ((places[high], 1.0), *((places[low], -1.0) for low in lows))
                    building.relate(Relation(parts, 0, INFINITE), f"{order.lower} ≤ {order.upper}: {lows[0]}")


def _ordered(calendar: Calendar, row: Row, order: Order) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an order puts above what, by key, where this row may stand in it."""
    if row["measure"] not in (order.upper, order.lower, order.flow):
        return
    if order.periods == "same":
        yield _key(row, order.upper), (_key(row, order.lower),)
        return
    own = row["period"]
    pairs = [(one, own) for one in calendar.periods if calendar.holds(one, own)]
    pairs += [(own, one) for one in calendar.periods if calendar.holds(own, one)]
    for longer, shorter in pairs:
        high, low = _key({**row, "period": longer}, order.upper), _key({**row, "period": shorter}, order.lower)
        if order.periods == "within":
            yield high, (low,)
        elif calendar.begins(longer, shorter):
            yield high, (low, _key({**row, "period": longer}, order.flow))


def _other_than_printed(
    building: _Building, now: Snapshot, places: Mapping[str, int], printed: Mapping[str, float]
) -> set[int]:
    """Our own figure is shown beside a print only where it is the printed one."""
    differing = (key for key, value in printed.items() if key in now.table_of and now.figures[key]["value"] != value)
    return {places[key] for key in differing if key in places}


def _shares_other_than_printed(now: Snapshot, shares: Mapping[str, int], printed: Mapping[str, float]) -> set[int]:
    differing = {key for key, value in printed.items() if key in shares and now.figures[key]["rounded"] != value}
    return {shares[key] for key in differing}


def _chairs(building: _Building, snapshots: Sequence[Snapshot]) -> dict[str, Chair]:
    """What each provider knows by itself: its own parts, and all of where it is the only one."""
    least: dict[str, dict[int, int]] = {}
    exactly: dict[str, set[int]] = {}
    for snapshot in snapshots:
        for provider, own in _own(building, snapshot).items():
            for (period, region), parts in own.items():
                for place, value in parts.items():
                    mine = least.setdefault(provider, {})
                    mine[place] = max(mine.get(place, 0), value)
                if snapshot.present.get((period, region)) == 1:
                    exactly.setdefault(provider, set()).update(_of_region(building, snapshot, period, region))
    return {one: Chair(least[one], frozenset(exactly.get(one, ()))) for one in sorted(least)}


def _own(building: _Building, snapshot: Snapshot) -> dict[str, dict[tuple[str, str], dict[int, int]]]:
    """Per provider, period and region its part of each cell."""
    scopes_of: dict[str, list[str]] = {}
    for scope, trajectories in building.calendar.scopes.items():
        for trajectory in trajectories:
            scopes_of.setdefault(trajectory, []).append(scope)
    found: dict[str, dict[tuple[str, str], dict[int, int]]] = {}
    for part in snapshot.parts:
        places = found.setdefault(part["organisation_id"], {}).setdefault((part["period"], part["region_code"]), {})
        for scope in scopes_of.get(part["trajectory"], ()) if part["value"] else ():
            place = _place(building, snapshot, _key({**part, "trajectory": scope}, part["measure"]))
            if place is not None:
                places[place] = places.get(place, 0) + math.floor(part["value"])
    for own in found.values():
        for places in own.values():
            rests = {rest: places.get(base, 0) - places.get(above, 0) for rest, (base, above) in building.rests.items()}
            places |= {rest: value for rest, value in rests.items() if value > 0}
    return found


def _place(building: _Building, snapshot: Snapshot, key: str) -> int | None:
    row = snapshot.figures.get(key)
    if row is None or row["value"] is None or row["value"] != int(row["value"]):
        return None
    return building.places.get((key, int(row["value"]), snapshot.name if key in snapshot.fresh else ""))


def _of_region(building: _Building, snapshot: Snapshot, period: str, region: str) -> Iterator[int]:
    start = f"{period}/region/{region}/"
    for (key, _, fresh), place in building.places.items():
        if key.startswith(start) and fresh in ("", snapshot.name):
            yield place


def _key(row: Mapping[str, object], measure: object) -> str:
    return f"{row['period']}/region/{row['region_code']}/-/{row['trajectory']}/{measure}/-/-"
