"""More than forty broken files among forty good ones: the good are published, the bad are kept and explained.

The one test that runs the installed command as a shell does, in a home where nothing was done before.
"""

from __future__ import annotations

import os
import subprocess

import duckdb

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from tests.support import broken_files
from tests.support.commands import WERKMONITOR, deliver, environment
from tests.support.commands import werkmonitor_here as here

MOST_KILOBYTES = 1_500_000


def test_a_strict_run_keeps_and_explains_bad_files_publishes_good_ones_and_exits_3(home: Home) -> None:
    bad = broken_files.write_all(broken_files.broken_files(), home.inbox)
    assert len(bad) >= 40
    for number in range(1, 41):
        deliver(home, broken_files.good_delivery(f"org_{number:03d}", "2025-Q1"), f"goed_{number}.csv")
    status, output, peak = run_measured(home, "--strict")
    assert status == 3, output
    assert "Traceback" not in output
    assert all(name in output for name in bad)
    assert peak < MOST_KILOBYTES
    ledger = receipts.read(home.receipts)
    names = {number: receipt.file_name for number, receipt in ledger.received.items()}
    rejected = {names[number]: judged for number, judged in ledger.judged.items() if judged.status == "rejected"}
    assert rejected.keys() == bad.keys()
    assert all(judged.findings for judged in rejected.values())
    assert all((home.archive / receipt.archived_as).exists() for receipt in ledger.received.values())
    with duckdb.connect(str(home.published), read_only=True) as connection:
        query = "select organisations from marts.national_quarterly where period = '2025-Q1'"
        assert connection.execute(query).fetchall() == [(40,)]
    shown = here(home, "status")
    assert all(name in shown for name in bad)
    told = {int(page.stem.rpartition("_")[2]) for page in home.feedback.rglob("*.html")}
    # of each organisation's quarter the last attempt; where nobody knows whose a file is, each
    last = {(one.organisation_id, one.quarter): one.receipt for one in rejected.values()}
    assert told >= {one.receipt for one in rejected.values() if not (one.organisation_id and one.quarter)}
    assert last[broken_files.ORGANISATION, broken_files.QUARTER] in told


def run_measured(home: Home, *options: str) -> tuple[int, str, int]:
    """A run's exit status, what it printed, and the most memory it held (kB)."""
    moment = environment(home, WERKMONITOR_NOW=broken_files.NOW.isoformat())
    process = subprocess.Popen(
        [str(WERKMONITOR), "run", *options], env=moment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), output, usage.ru_maxrss
