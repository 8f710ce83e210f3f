"""The committed sample deliveries, as the rest of the tests handles deliveries."""

from __future__ import annotations

import csv

from orchestration.home.paths import SAMPLE_DELIVERIES
from tests.support.oracle import Delivery


def read_sample() -> list[Delivery]:
    """Every sample delivery, by organisation and quarter; each file says of itself what its place says."""
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
