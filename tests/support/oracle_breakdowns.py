"""The breakdown marts, the naive way: every kind of cell of the dictionary, summed and set against its base.

Where the text leaves a choice, this is the choice made:

* **A cell's value** is known (0 when it is not there) for every region of the grid, when its group was
  delivered in the quarter and its category is valid in it.
* **Clients by funding of a half-year or year**: an organisation × region × trajectory whose clients were 0 in
  every quarter puts all its clients_active in category ``unknown`` and 0 in its fundings; where
  clients_active is 0 too, there is no ``unknown``.
* **known_total** leaves out ``orientation`` and the ``unknown`` of the estimate, which have no pct_of_known; categories
  that overlap have a known_total and no pct_of_known.
* **Not published**: a row of 0 clients where no organisation has a cell in that region and trajectory in the
  period (of whatever measure: the sense ``organisations`` has in the other marts).
* **Types**: clients and known_total are ``int`` in a quarter and ``float`` in a half-year or year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from tests.support.oracle import FREQUENCIES, Book, Place, Row, Value, quarters_of

Kind = tuple[str, str, str]
"""measure, breakdown, category."""

PartKey = tuple[str, str, str, str]
"""organisation, region, trajectory, period."""

Amounts = dict[Kind, int | Fraction]

UNKNOWN = "unknown"
OVERLAPPING = ("status", "activity")
OF_CLIENTS = ("paid_work", "durable_paid_work")
"""The measures that are also set against the clients of the same category."""


def breakdown_marts(book: Book) -> dict[str, list[Row]]:
    """``breakdown_*`` by region and trajectory, and their ``_national`` twins."""
    found = {}
    for frequency in FREQUENCIES:
        clients, bases = amounts_of(book, frequency)
        found[f"breakdown_{frequency}"] = _mart(book, frequency, clients, bases, ("region", "trajectory"))
        found[f"breakdown_{frequency}_national"] = _mart(book, frequency, clients, bases, ("trajectory",))
    return found


def amounts_of(book: Book, frequency: str) -> tuple[dict[PartKey, Amounts], dict[PartKey, Amounts]]:
    """The clients of each kind of every part, and of its (durable) paid work the clients of the category."""
    cells = known_cells(book)
    clients = {key: _clients(book, key, cells, frequency) for key in _part_keys(book, frequency)}
    return clients, {key: _bases(key, cells) for key in clients}


def known_cells(book: Book) -> dict[Place, Amounts]:
    """Every cell that is known at each point of the grid: what was delivered, and 0 where it was left out."""
    delivered = book.delivered
    found: dict[Place, Amounts] = {}
    for organisation, trajectory, quarter in delivered.trajectories_delivered():
        known = [
            (row.measure, row.breakdown, row.category)
            for row in book.reference.valid_rows(trajectory, quarter)
            if delivered.group(organisation, trajectory, quarter, row.group)
        ]
        for region in delivered.regions[organisation, trajectory]:
            place = Place(organisation, region, trajectory, quarter)
            found[place] = {
                (measure, breakdown, category): delivered.cells.get((place, measure, breakdown), {}).get(category, 0)
                for measure, breakdown, category in known
            }
    return found


def _part_keys(book: Book, frequency: str) -> list[PartKey]:
    return [(part.organisation, part.region, part.trajectory, part.period) for part in book.parts[frequency]]


def _in_the_quarters(key: PartKey, cells: Mapping[Place, Amounts]) -> list[Amounts]:
    """The known cells of one organisation × region × trajectory in each quarter of the period."""
    organisation, region, trajectory, period = key
    places = [Place(organisation, region, trajectory, quarter) for quarter in quarters_of(period)]
    return [cells[place] for place in places if place in cells]


def _summed(amounts: Iterable[Amounts]) -> Amounts:
    found: Amounts = defaultdict(int)
    for one in amounts:
        for kind, value in one.items():
            found[kind] += value
    return dict(found)


# One organisation × region × trajectory in one period -----------------------------------------------------


def _clients(book: Book, key: PartKey, cells: Mapping[Place, Amounts], frequency: str) -> Amounts:
    """The clients of each kind: sums of the quarters, but for unpaid work (a mean) and clients by funding."""
    found = _summed(_in_the_quarters(key, cells))
    if frequency == "quarterly":
        return found
    _, _, trajectory, period = key
    quarters = sum(book.delivered.anyone(trajectory, q, "unpaid_work") for q in quarters_of(period))
    for kind in found:
        if kind[0] == "unpaid_work":
            found[kind] = Fraction(found[kind]) / quarters
    by_funding = {kind: value for kind, value in found.items() if kind[:2] == ("clients", "funding")}
    return found | _shared_out(_clients_active(book, key), by_funding)


def _clients_active(book: Book, key: PartKey) -> int | Fraction:
    active = book.rollup.measures(*key)["clients_active"]
    assert active is not None, "the trajectory was delivered, so its clients are known"
    return active


def _shared_out(clients_active: int | Fraction, by_funding: Amounts) -> Amounts:
    """clients_active × that funding's share in the sum of clients over the period."""
    whole = sum(by_funding.values())
    if whole > 0:
        return {kind: clients_active * Fraction(value) / whole for kind, value in by_funding.items()}
    nothing: Amounts = dict.fromkeys(by_funding, 0)
    return nothing | ({("clients", "funding", UNKNOWN): clients_active} if clients_active > 0 else {})


def _bases(key: PartKey, cells: Mapping[Place, Amounts]) -> Amounts:
    """Per kind of (durable) paid work: the clients of that category in the quarters in which it is known."""
    return _summed(
        {kind: cell["clients", *kind[1:]] for kind in cell if kind[0] in OF_CLIENTS}
        for cell in _in_the_quarters(key, cells)
    )


# Regions and the nation -----------------------------------------------------------------------------------


def _mart(
    book: Book,
    frequency: str,
    clients: Mapping[PartKey, Amounts],
    bases: Mapping[PartKey, Amounts],
    level: tuple[str, ...],
) -> list[Row]:
    """The rows: period × region × trajectory (or trajectory alone) × kind."""
    there: dict[tuple[str, ...], list[PartKey]] = defaultdict(list)
    for key in clients:
        _, region, trajectory, period = key
        codes = (region, trajectory) if "region" in level else (trajectory,)
        there[(period, *codes)].append(key)
    rows: list[Row] = []
    for period, *codes in sorted(there):
        keys = there[(period, *codes)]
        where = dict(zip(level, codes, strict=True))
        summed, base = _summed(clients[key] for key in keys), _summed(bases[key] for key in keys)
        anyone = book.organisations(where, period) > 0
        for kind in sorted(summed):
            if summed[kind] != 0 or anyone:
                rows.append({**book.head(where, period), **_figures(kind, summed, base, frequency)})
    return rows


def _figures(kind: Kind, clients: Amounts, bases: Amounts, frequency: str) -> Row:
    measure, breakdown, category = kind
    beside = {kind: value for kind, value in clients.items() if kind[:2] == (measure, breakdown)}
    known_total = sum(value for (m, _, c), value in beside.items() if not _is_outside(m, c))
    number = int if frequency == "quarterly" else float
    has_share = not _is_outside(measure, category) and breakdown not in OVERLAPPING
    is_flow = measure == "ended" or breakdown == "total" or category in ("started", "stopped")
    is_stock = not is_flow and measure != "unpaid_work"
    in_quarters = frequency != "quarterly" and is_stock and (measure, breakdown) != ("clients", "funding")
    client_quarters = {"client_quarters": float(clients[kind]) if in_quarters else None}
    return {
        **({} if frequency == "quarterly" else client_quarters),
        "measure": measure,
        "breakdown": breakdown,
        "category": category,
        "clients": None if in_quarters else number(clients[kind]),
        "known_total": number(known_total),
        "pct_of_known": percentage_of(clients[kind], known_total) if has_share else None,
        "pct_of_clients_in_category": percentage_of(clients[kind], bases.get(kind)),
        "is_estimate": frequency != "quarterly" and (measure, breakdown) == ("clients", "funding"),
    }


def _is_outside(measure: str, category: str) -> bool:
    """In no base: still in orientation, or counted by no quarter's funding."""
    return category == "orientation" or (measure, category) == ("clients", UNKNOWN)


def percentage_of(value: Value, base: Value) -> float | None:
    """100 × value / base; unknown when either is, or over 0."""
    if value is None or base is None or base == 0:
        return None
    return float(Fraction(100) * Fraction(value) / Fraction(base))
