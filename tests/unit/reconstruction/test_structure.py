"""Who delivers what: a rule, checked against the published number of providers."""

from __future__ import annotations

from collections import Counter

from reconstruction.offers import make_offers
from reconstruction.structure import WALK, pairs
from reconstruction.targets import REFERENCE, Targets


def test_the_walk_visits_every_region_once() -> None:
    listed = (REFERENCE / "regions.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(WALK) == sorted(line.split(",")[0] for line in listed)


def test_there_are_as_many_pairs_per_region_as_tabel_3_1_prints_providers(targets: Targets) -> None:
    found = pairs(targets.providers)
    assert Counter(pair.region for pair in found) == targets.providers
    assert len({(pair.organisation, pair.region) for pair in found}) == len(found)
    assert len({pair.organisation for pair in found}) == 41


def test_every_region_has_one_main_organisation(targets: Targets) -> None:
    mains = Counter(pair.region for pair in pairs(targets.providers) if pair.role == "main")
    assert mains == dict.fromkeys(WALK, 1)


def test_the_first_report_covers_18_regions(targets: Targets) -> None:
    offers = make_offers(targets)
    first = [unit for unit in offers.units if 0 in offers.quarters(unit)]
    assert {unit.trajectory for unit in first} == {"ips"}
    assert len({unit.region for unit in first}) == 18


def test_what_is_given_up_is_declared_but_for_wabz(targets: Targets) -> None:
    declared = make_offers(targets).declared_not_offered()
    assert declared["org_012", 9] == ["jobcoaching", "other", "uwv_naar_werk"]
    assert not any("wabz" in names for names in declared.values())
