"""The committed sample deliveries, read once, and what the independent implementation of the method makes of them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from orchestration.home import SAMPLE_DELIVERIES
from orchestration.reconstruction.targets import Targets, read_targets
from tests.support.oracle import Delivery, Row, load_reference, marts


@pytest.fixture(scope="session")
def targets() -> Targets:
    return read_targets()


@pytest.fixture(scope="session")
def deliveries() -> list[Delivery]:
    found = []
    for path in sorted(SAMPLE_DELIVERIES.glob("*/*.csv")):
        delivery = Delivery(path.stem, path.parent.name)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert (row["organisation_id"], row["quarter"]) == (path.stem, path.parent.name)
                if row["measure"] == "declaration":
                    delivery.declarations.append((row["category"], row["trajectory"]))
                    continue
                key = (row["region_code"], row["trajectory"], row["measure"], row["breakdown"], row["category"])
                assert key not in delivery.cells
                delivery.cells[key] = int(row["clients"])
        found.append(delivery)
    return found


@pytest.fixture(scope="session")
def computed(deliveries: list[Delivery]) -> dict[str, list[Row]]:
    return marts(deliveries, load_reference(), date(2026, 1, 1))


@pytest.fixture(scope="session")
def cells(deliveries: list[Delivery]) -> Counter[tuple[str, str, str, str, str]]:
    """(quarter, trajectory, measure, breakdown, category) → clients in the nation."""
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for delivery in deliveries:
        for (_, trajectory, measure, breakdown, category), clients in delivery.cells.items():
            found[delivery.quarter, trajectory, measure, breakdown, category] += clients
    return found
