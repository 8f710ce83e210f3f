"""What SQL and Python must both know is one rule: the two are held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import duckdb
import pytest

from orchestration.findings import findings
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_filling, raw_tables, run_context
from orchestration.landing.raw.raw_filling import Landed
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Ledger, Receipt
from orchestration.quality import across_quarters
from orchestration.quality.door import incoming_frames
from orchestration.reading.tidy import MOST_CLIENTS
from orchestration.template.contents import without_history
from orchestration.template.styles import texts
from tests.support.broken_files import NOW

LANDED_AT = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, Home(tmp_path_factory.mktemp("home")))
        run_context.write_into(connection, NOW)
        connection.execute(incoming_frames.QUARTERS.read_text(encoding="utf-8"))
        yield connection


def test_a_cell_is_asked_for_in_the_same_quarters_by_the_template_and_at_the_door(
    connection: duckdb.DuckDBPyConnection, home: Home
) -> None:
    query = """
        select trajectory, measure, breakdown, category from reference.data_dictionary
        join reference.trajectories using (trajectory)
        where within($quarter, valid_from, valid_to) and $quarter >= registered_from
    """
    for (quarter,) in connection.sql("select quarter from reference.quarters").fetchall():
        contents = without_history(home, "org_001", quarter)
        registered = [one["trajectory"] for one in contents.trajectories if contents.is_asked(one["trajectory"])]
        asked = {key for trajectory in registered for key in contents.asked(trajectory)}
        assert set(connection.execute(query, {"quarter": quarter}).fetchall()) == asked


def test_the_same_delivery_is_in_force_by_the_ledger_and_by_the_models(connection: duckdb.DuckDBPyConnection) -> None:
    rng = Random("in force")
    for _ in range(20):
        ledger = Ledger()
        accepted: list[Landed] = []
        in_force = InForce(ledger)
        # a file that was held for a while is accepted after newer ones
        for number in rng.sample(range(1, 31), 30):
            receipt = Receipt(number, str(number), "", "", 0, 0, 0, 0, LANDED_AT)
            organisation, quarter = rng.choice(["org_001", "org_002"]), rng.choice(["2024-Q1", "2024-Q2"])
            version = in_force.add(receipt, organisation, quarter)
            accepted.append(Landed(receipt, Judged(number, "accepted", organisation, quarter, version, []), []))
        raw_filling.empty(connection)
        raw_filling.fill(connection, accepted)
        across_quarters.judge_at_the_door(connection, [])
        found = connection.sql("select organisation_id, quarter, receipt from intermediate.int_deliveries_in_force")
        by_the_models = {(organisation, quarter): receipt for organisation, quarter, receipt in found.fetchall()}
        by_the_ledger = {pair: in_force.delivery(*pair) for pair in in_force.pairs()}
        assert by_the_models == {pair: one.receipt for pair, one in by_the_ledger.items() if one}


def test_the_most_clients_of_a_cell_reads_the_same_in_every_text() -> None:
    catalogue = [f"{rule.expected} {rule.message}" for rule in findings.rules().values()]
    said = [*catalogue, texts()["checks"]["number"]["message"]]
    told = [text for text in said if re.search(r"[0-9]\.[0-9]{3}", text)]
    numbers = {number for text in told for number in re.findall(r"[0-9]+(?:\.[0-9]{3})+", text)}
    assert len(told) > 3
    assert numbers == {f"{MOST_CLIENTS:,}".replace(",", ".")}
