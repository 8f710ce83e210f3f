"""Small systems to protect: regions that add up to a nation, measures in order, providers with parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from orchestration.publishing.disclosure.system import INFINITE, Cell, Chair, Row, System
from orchestration.publishing.disclosure.tables.lists import Rules

RULES = Rules(5, 4, 10, 5, 1, providers_attack=True, zeros_may_hide=True, knows_prints=True)
Table = Mapping[str, Sequence[int]]


def system(table: Table, orders: Sequence[tuple[str, str]] = (), known: Sequence[str] = ()) -> System:
    """One row per measure, one column per region; each row's total is known. `known`: names of cells, `measure/0`."""
    cells: list[Cell] = []
    place: dict[str, int] = {}
    for measure, values in table.items():
        for region, value in enumerate(values):
            name = f"{measure}/{region}"
            place[name] = len(cells)
            cells.append(Cell(name, "t", value, 0 < value < RULES.small_below, name in known))
    rows = []
    for measure, values in table.items():
        parts = tuple((place[f"{measure}/{region}"], 1.0) for region in range(len(values)))
        rows.append(Row(parts, sum(values), sum(values), is_sum=True))
        for low, high in orders:
            if low == measure:
                for region in range(len(values)):
                    pair = ((place[f"{high}/{region}"], 1.0), (place[f"{low}/{region}"], -1.0))
                    rows.append(Row(pair, 0, INFINITE))
    return System(cells, rows)


@st.composite
def random_systems(draw: st.DrawFn) -> tuple[System, dict[str, Chair]]:
    """Two quarters of three measures in order, and a provider in one or two regions."""
    regions = draw(st.integers(3, 7))
    table: dict[str, list[int]] = {}
    orders = []
    for quarter in ("q1", "q2"):
        clients = draw(st.lists(st.integers(0, 30), min_size=regions, max_size=regions))
        paid = [draw(st.integers(0, one)) for one in clients]
        table |= {f"{quarter}-clients": clients, f"{quarter}-paid": paid}
        orders.append((f"{quarter}-paid", f"{quarter}-clients"))
    year = [max(one) + draw(st.integers(0, 9)) for one in zip(table["q1-clients"], table["q2-clients"], strict=True)]
    table["year"] = year
    orders += [("q1-clients", "year"), ("q2-clients", "year")]
    made = system(table, orders)
    homes = {f"/{one}" for one in draw(st.sets(st.integers(0, regions - 1), min_size=1, max_size=2))}
    own = {n: cell.value for n, cell in enumerate(made.cells) if cell.name[cell.name.index("/") :] in homes}
    share = draw(st.sampled_from([1, 2]))  # all of it, which it does not know, or half
    return made, {"org_001": Chair({n: value // share for n, value in own.items() if value // share})}
