"""Every mart equals an independent implementation of the method, cell by cell, on deliveries made up at random."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from orchestration.home.paths import Home
from orchestration.home.settings import AMSTERDAM
from tests.support.oracle import Book, Delivered, Delivery, Organisation, load_reference, marts_of
from tests.support.oracle_reports import report_marts
from tests.support.random_deliveries import QUARTERS, random_deliveries, random_organisations
from tests.support.warehouse import NOW, build_marts, read_mart

LEVELS = ("trajectory", "region", "national")
FREQUENCIES = ("quarterly", "half_yearly", "annual")
MARTS = ("organisation_quarterly", *(f"{level}_{frequency}" for level in LEVELS for frequency in FREQUENCIES))
REPORT_MARTS = (
    *(f"breakdown_{frequency}{twin}" for frequency in FREQUENCIES for twin in ("", "_national")),
    "changes",
    "figures",
    "region_overview_annual",
    "region_rankings_annual",
    "method_sensitivity_annual",
    "method_sensitivity_quarterly",
)
"""Those of ``report_marts`` that are built; a mart named here must be in the warehouse."""

KEYS = (
    "comparison",
    "ranking",
    "period",
    "level",
    "organisation_id",
    "region_code",
    "trajectory",
    "measure",
    "breakdown",
    "category",
)
Row = dict[str, object]


# in 1 nobody delivers some quarter, in 4 nobody delivers work in some quarter; fewer organisations, more unknown
@pytest.mark.parametrize(("seed", "number"), [(1, 40), (2, 25), (4, 25)])
def test_every_cell_of_every_mart_equals_the_oracle(seed: int, number: int, shared_home: Home) -> None:
    organisations = random_organisations(seed, number)
    deliveries = random_deliveries(seed, organisations)
    build_marts(shared_home, deliveries, organisations)
    assert_equal_to_the_oracle(shared_home, deliveries, organisations)


def test_what_an_organisation_delivered_stands_when_it_is_taken_off_the_list(shared_home: Home) -> None:
    organisations = random_organisations(7, 6)
    deliveries = random_deliveries(7, organisations)
    gone = organisations[0].organisation_id  # nor does the list name it as anyone's successor
    listed = [replace(one, taken_over_by=one.taken_over_by.replace(gone, "")) for one in organisations[1:]]
    build_marts(shared_home, deliveries, listed)
    assert_equal_to_the_oracle(shared_home, deliveries, listed)


def test_who_was_taken_over_is_the_successors_from_then_on(shared_home: Home) -> None:
    organisations = taken_over(random_organisations(11, 18))
    deliveries = random_deliveries(11, organisations)
    build_marts(shared_home, deliveries, organisations)
    assert_equal_to_the_oracle(shared_home, deliveries, organisations)


def taken_over(organisations: list[Organisation]) -> list[Organisation]:
    """The same, of which two in three end at some moment and go over into a third, some by way of each other."""
    lasting = [one.organisation_id for one in organisations[::3]]
    found = []
    for number, one in enumerate(organisations):
        ends, successor = QUARTERS[4 + number % 6], lasting[number // 5]
        goes_on = replace(one, active_from="", active_to="", taken_over_by="")
        found.append(goes_on if number % 3 == 0 else replace(goes_on, active_to=ends, taken_over_by=successor))
    return found


def assert_equal_to_the_oracle(home: Home, deliveries: list[Delivery], listed: list[Organisation]) -> None:
    reference = load_reference(organisations=listed)
    book = Book(Delivered(deliveries, reference), NOW.astimezone(AMSTERDAM).date())
    published = marts_of(book)
    assert set(published) == set(MARTS)
    expected = published | report_marts(book, published)
    for mart in (*MARTS, *REPORT_MARTS):
        assert differences(mart, expected[mart], read_mart(home.warehouse, mart)) == []


def differences(mart: str, expected: list[Row], found: list[Row]) -> list[str]:
    """What differs: rows that only one side has, columns that only one side has, cells that are not the same."""
    left, right = by_key(expected), by_key(found)
    report = [f"{mart}: row only in the oracle: {key}" for key in left.keys() - right.keys()]
    report += [f"{mart}: row only in the mart: {key}" for key in right.keys() - left.keys()]
    for key in left.keys() & right.keys():
        columns = (left[key].keys() | right[key].keys()) - {"year_status"}
        pairs = [(column, left[key].get(column, "absent"), right[key].get(column, "absent")) for column in columns]
        report += [f"{mart} {key} {column}: oracle {a!r}, mart {b!r}" for column, a, b in pairs if not same(a, b)]
    return sorted(report)


def by_key(rows: list[Row]) -> dict[tuple[object, ...], Row]:
    keyed = {tuple(row.get(key) for key in KEYS): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def same(left: object, right: object) -> bool:
    """Counts exactly; doubles within 1e-9 relative (an oracle's 0 against a sum of fractions within 1e-9)."""
    if isinstance(left, float) or isinstance(right, float):
        return (
            isinstance(left, float)
            and isinstance(right, float)
            and math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
        )
    return type(left) is type(right) and left == right
