"""The committed sample deliveries are valid by every rule that refuses a delivery, and written one way only."""

from __future__ import annotations

from collections import defaultdict

import pytest

from orchestration.home.paths import SAMPLE_DELIVERIES
from tests.support.oracle import Delivery, load_reference

HEADER = b"organisation_id,quarter,region_code,trajectory,measure,breakdown,category,clients\n"


def test_files_are_utf8_with_line_feeds_sorted_rows_and_the_header() -> None:
    for path in SAMPLE_DELIVERIES.glob("*/*.csv"):
        content = path.read_bytes()
        assert content.startswith(HEADER)
        assert b"\r" not in content
        assert content.endswith(b"\n")
        rows = content.decode("utf-8").splitlines()[1:]
        assert [row.split(",") for row in rows] == sorted(row.split(",") for row in rows)


def test_nothing_but_deliveries_lies_in_the_folder() -> None:
    files = [path for path in SAMPLE_DELIVERIES.rglob("*") if path.is_file()]
    assert all(path.suffix == ".csv" and path.stem.startswith("org_") for path in files)
    assert len({path.stem for path in files}) == 41


def test_every_block_is_complete_and_nothing_is_delivered_that_is_not_valid(deliveries: list[Delivery]) -> None:
    reference = load_reference()
    for delivery in deliveries:
        blocks: dict[tuple[str, str], set[tuple[str, str, str]]] = defaultdict(set)
        for region, trajectory, *cell in delivery.cells:
            blocks[region, trajectory].add(tuple(cell))
        for (region, trajectory), found in blocks.items():
            valid = reference.valid_rows(trajectory, delivery.quarter)
            assert found == {(r.measure, r.breakdown, r.category) for r in valid}
            assert region in reference.region_names


@pytest.mark.parametrize(
    ("less", "more"),
    [("durable_paid_work", "paid_work"), ("paid_work", "ever_paid_work"), ("paid_work", "clients")],
)
def test_no_more_clients_are_in_the_narrower_measure(deliveries: list[Delivery], less: str, more: str) -> None:
    for delivery in deliveries:
        sums: dict[tuple[str, str, str], int] = defaultdict(int)
        for (region, trajectory, measure, breakdown, _), clients in delivery.cells.items():
            if breakdown == "funding":
                sums[region, trajectory, measure] += clients
        for region, trajectory in {key[:2] for key in sums}:
            if {(region, trajectory, less), (region, trajectory, more)} <= sums.keys():
                assert sums[region, trajectory, less] <= sums[region, trajectory, more]


def test_a_declaration_stands_beside_no_cells_of_its_trajectory(deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        declared = {trajectory for _, trajectory in delivery.declarations}
        assert not declared & {key[1] for key in delivery.cells}
