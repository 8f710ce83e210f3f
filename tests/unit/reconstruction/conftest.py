"""The committed sample deliveries, read once, and what the independent implementation of the method makes of them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from reconstruction.targets import Targets, read_targets
from tests.support.oracle import Delivery, Row, load_reference, marts
from tests.support.sample import read_sample


@pytest.fixture(scope="session")
def targets() -> Targets:
    return read_targets()


@pytest.fixture(scope="session")
def deliveries() -> list[Delivery]:
    return read_sample()


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
