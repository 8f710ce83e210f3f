"""`python -m reconstruction`: writes `seeds/sample_deliveries/` afresh, or another folder.

The new files are written beside the old ones and take their place only when all are there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from reconstruction.breakdowns import Breakdowns, Cells
from reconstruction.core import CoreModel, Place
from reconstruction.deliveries import rows_by_delivery, write
from reconstruction.durable import DurableWork
from reconstruction.funding import SHARES, FundingSplit
from reconstruction.offers import Offers, make_offers
from reconstruction.stocks import education, paid_work
from reconstruction.targets import SEEDS, Targets, read_targets


def reconstruct(offers: Offers, targets: Targets, report: Callable[[str], None]) -> dict[Place, Cells]:
    """All cells of all deliveries."""
    report(f"{len(offers.units)} units: organisation × region × trajectory")
    report("clients, ended and with result")
    core = CoreModel(offers, targets).solve(report)
    report("paid work")
    work = paid_work(offers, targets, core, report)
    report("education")
    learning = education(offers, targets, core, report)
    report("durable paid work, funding and the other breakdowns")
    durable = DurableWork(offers, targets, work).find()
    funding: dict[Place, list[int]] = {}
    for name in SHARES:
        funding |= FundingSplit(offers, targets, core, name).find()
    return Breakdowns(offers, targets, core, work, durable, learning, funding).fill()


def main(arguments: list[str]) -> int:
    """Reconstruct, write beside, swap."""
    folder = Path(arguments[0]) if arguments else SEEDS / "sample_deliveries"
    targets = read_targets()
    offers = make_offers(targets)
    cells = reconstruct(offers, targets, lambda line: print(line, flush=True))
    deliveries = rows_by_delivery(cells, offers)
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    write(deliveries, fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    print(f"{len(deliveries)} deliveries in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
