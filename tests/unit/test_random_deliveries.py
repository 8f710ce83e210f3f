"""The random deliveries keep the rules of the front door, and reach the corners they are there for."""

import csv
import io
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.oracle import Delivery, Organisation, within
from tests.support.random_deliveries import (
    CORNERS,
    QUARTERS,
    TIDY_HEADER,
    deliveries,
    groups_of,
    plan_of,
    random_deliveries,
    random_organisations,
    standard_reference,
    to_organisations_csv,
    to_tidy_csv,
)

SEEDS = range(6)


def missing_cells(delivery: Delivery) -> list[tuple[str, ...]]:
    """The cells a complete delivery would have beside these: whole groups, for all regions or none."""
    reference = standard_reference()
    missing: list[tuple[str, ...]] = []
    for trajectory in {key[1] for key in delivery.cells}:
        valid = reference.valid_rows(trajectory, delivery.quarter)
        there = {key for key in delivery.cells if key[1] == trajectory}
        kinds = {key[2:] for key in there}
        groups = {row.group for row in valid if (row.measure, row.breakdown, row.category) in kinds}
        required = [row for row in valid if row.group in groups | {"core"} and not row.optional]
        missing += [
            (region, trajectory, row.measure, row.breakdown, row.category)
            for region in {key[0] for key in there}
            for row in required
            if (region, trajectory, row.measure, row.breakdown, row.category) not in there
        ]
    return missing


def unknown_cells(delivery: Delivery) -> list[tuple[str, ...]]:
    """The cells that may not be delivered in this quarter."""
    reference = standard_reference()
    return [
        key
        for key in delivery.cells
        if key[0] not in reference.region_names
        or key[2:]
        not in {(row.measure, row.breakdown, row.category) for row in reference.valid_rows(key[1], delivery.quarter)}
    ]


def by_funding(delivery: Delivery) -> dict[tuple[str, str], Counter[str]]:
    """Per region and trajectory the totals by funding."""
    totals: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (region, trajectory, measure, breakdown, _), clients in delivery.cells.items():
        if breakdown == "funding":
            totals[region, trajectory][measure] += clients
    return totals


def assert_valid(delivery: Delivery) -> None:
    """The errors of the front door, none of which may occur."""
    assert missing_cells(delivery) == []
    assert unknown_cells(delivery) == []
    assert all(0 <= clients <= 1_000_000 for clients in delivery.cells.values())
    for totals in by_funding(delivery).values():
        assert totals["durable_paid_work"] <= totals["paid_work"] <= totals["clients"]
        if "ever_paid_work" in totals:
            assert totals["paid_work"] <= totals["ever_paid_work"]
    assert delivery.cells or delivery.declarations
    if delivery.withdrawn:
        assert (delivery.cells, len(delivery.declarations)) == ({}, 1)
    else:
        delivered = {key[1] for key in delivery.cells}
        assert not any(delivery.not_offered(trajectory) for trajectory in delivered)


def everything() -> list[Delivery]:
    return [delivery for seed in SEEDS for delivery in random_deliveries(seed)]


def test_the_same_seed_gives_the_same_data() -> None:
    assert random_deliveries(7) == random_deliveries(7)
    assert random_organisations(7, 12) == random_organisations(7, 12)
    assert random_deliveries(7) != random_deliveries(8)


def test_an_organisation_does_not_change_when_more_are_asked_for() -> None:
    assert random_deliveries(7, organisations=5) == [
        delivery for delivery in random_deliveries(7, organisations=9) if delivery.organisation_id <= "org_005"
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_delivery_passes_the_front_door(seed: int) -> None:
    for delivery in random_deliveries(seed):
        assert_valid(delivery)


@pytest.mark.parametrize("seed", SEEDS)
def test_deliveries_lie_in_the_life_of_their_organisation_and_once_per_quarter(seed: int) -> None:
    listed = {organisation.organisation_id: organisation for organisation in random_organisations(seed, 12)}
    found = random_deliveries(seed)
    for delivery in found:
        life = listed[delivery.organisation_id]
        assert within(delivery.quarter, life.active_from, life.active_to)
        assert delivery.quarter in QUARTERS
    keys = [(delivery.organisation_id, delivery.quarter) for delivery in found]
    assert keys == sorted(set(keys))


def test_organisations_and_quarters_of_ones_own_are_kept_to() -> None:
    mine = [Organisation("org_a", "A", "2023-Q2", "2024-Q1"), Organisation("org_b", "B")]
    found = random_deliveries(3, organisations=mine, quarters=QUARTERS[:6])
    assert {delivery.organisation_id for delivery in found} <= {"org_a", "org_b"}
    assert all("2023-Q2" <= delivery.quarter <= "2024-Q1" for delivery in found if delivery.organisation_id == "org_a")


def test_every_corner_is_drawn_and_every_organisation_mixes_a_few() -> None:
    drawn: Counter[str] = Counter()
    for seed in SEEDS:
        for organisation in random_organisations(seed, 12):
            plan = plan_of(seed, organisation, QUARTERS, standard_reference())
            assert len(set(plan.corners)) >= 3
            assert 2 <= len(plan.pool) <= 4
            drawn.update(plan.corners)
    assert set(drawn) == set(CORNERS)


def test_the_corners_show_in_the_data() -> None:
    found = everything()
    delivered = [delivery for delivery in found if delivery.cells]
    assert any(delivery.withdrawn for delivery in found)
    assert any(delivery.declarations and delivery.cells for delivery in found)
    assert any(not any(delivery.cells.values()) for delivery in delivered)
    assert {delivery.quarter for delivery in delivered} == set(QUARTERS)
    optional = [key for delivery in delivered for key in delivery.cells if key[4] == "orientation"]
    assert optional
    withheld = [
        (delivery, trajectory)
        for delivery in delivered
        for trajectory in {key[1] for key in delivery.cells}
        if len(groups_of(standard_reference(), trajectory, delivery.quarter)) > 1
        and not any(key[1:3] == (trajectory, "paid_work") for key in delivery.cells)
    ]
    assert withheld


def test_regions_are_shared_between_organisations() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for delivery in random_deliveries(1):
        for region, *_ in delivery.cells:
            where[region].add(delivery.organisation_id)
    assert any(len(organisations) > 2 for organisations in where.values())


def test_some_trajectory_is_delivered_by_nobody_in_some_quarter_between() -> None:
    def interrupted(seed: int) -> bool:
        quarters: dict[str, set[str]] = defaultdict(set)
        for delivery in random_deliveries(seed):
            for key in delivery.cells:
                quarters[key[1]].add(delivery.quarter)
        return any(
            min(there) < quarter < max(there) and quarter not in there
            for there in quarters.values()
            for quarter in QUARTERS
        )

    assert any(interrupted(seed) for seed in SEEDS)


def test_the_tidy_file_holds_the_cells_and_the_declarations() -> None:
    delivery = Delivery(
        "org_001",
        "2024-Q1",
        {("achterhoek", "ips", "clients", "funding", "uwv"): 12},
        [("not_offered", "wabz")],
    )
    assert to_tidy_csv(delivery) == (
        "organisation_id,quarter,region_code,trajectory,measure,breakdown,category,clients\n"
        "org_001,2024-Q1,,wabz,declaration,,not_offered,\n"
        "org_001,2024-Q1,achterhoek,ips,clients,funding,uwv,12\n"
    )


def test_a_withdrawn_quarter_is_a_file_of_one_row() -> None:
    text = to_tidy_csv(Delivery("org_001", "2024-Q1", {}, [("withdrawn", None)]))
    assert text.splitlines()[1:] == ["org_001,2024-Q1,,,declaration,,withdrawn,"]


def test_a_tidy_file_reads_back_as_its_delivery() -> None:
    for delivery in random_deliveries(2, organisations=4):
        lines = list(csv.DictReader(io.StringIO(to_tidy_csv(delivery))))
        assert tuple(lines[0]) == TIDY_HEADER
        cells = {
            (
                line["region_code"],
                line["trajectory"],
                line["measure"],
                line["breakdown"],
                line["category"],
            ): int(line["clients"])
            for line in lines
            if line["measure"] != "declaration"
        }
        declarations = [
            (line["category"], line["trajectory"] or None) for line in lines if line["measure"] == "declaration"
        ]
        assert (cells, declarations) == (delivery.cells, delivery.declarations)


def test_the_organisations_can_be_written_as_a_reference_list() -> None:
    text = to_organisations_csv([Organisation("org_001", "Een", "2023-Q1", "")])
    assert text == "organisation_id,name,active_from,active_to,taken_over_by\norg_001,Een,2023-Q1,,\n"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_small_cases_pass_the_front_door_too(found: list[Delivery]) -> None:
    for delivery in found:
        assert_valid(delivery)
