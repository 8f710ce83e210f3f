"""Who delivers what, where and when: organisations, their regions, their trajectories and their calendar.

Nothing of this is published but the number of providers per region. It is fixed here by a rule, so that the solver only
has to find numbers. What does not belong here: numbers of clients.
"""

from __future__ import annotations

from dataclasses import dataclass

QUARTERS = (
    "2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4",
    "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1",
)  # fmt: skip

# A walk along the labour-market regions in which neighbours on the walk are neighbours on the map.
WALK = (
    "groningen", "drenthe", "friesland", "flevoland", "zwolle", "twente", "achterhoek",
    "stedendriehoek_en_noordwest_veluwe", "midden_gelderland", "rijk_van_nijmegen", "rivierenland", "food_valley",
    "amersfoort", "gooi_en_vechtstreek", "midden_utrecht", "groot_amsterdam", "zaanstreek_waterland",
    "noord_holland_noord", "zuid_kennemerland_en_ijmond", "holland_rijnland", "midden_holland",
    "zuid_holland_centraal", "haaglanden", "rijnmond", "drechtsteden", "gorinchem", "west_brabant", "zeeland",
    "midden_brabant", "noordoost_brabant", "helmond_de_peel", "zuidoost_brabant", "noord_limburg", "midden_limburg",
    "zuid_limburg",
)  # fmt: skip

# Regions too small for an organisation of their own: a neighbour's main organisation serves them.
SERVED_BY = {
    "drenthe": "groningen",
    "drechtsteden": "rijnmond",
    "gorinchem": "rijnmond",
    "zeeland": "west_brabant",
    "noord_limburg": "midden_limburg",
}

ORGANISATIONS = 41
REGIONS_AT_MOST = 6


@dataclass(frozen=True)
class Pair:
    """An organisation in a region. `role`: main (most of the clients), satellite (a neighbour) or small."""

    organisation: str
    region: str
    role: str


def organisation_id(number: int) -> str:
    """`org_001` for 1."""
    return f"org_{number:03d}"


def pairs(providers: dict[str, int]) -> list[Pair]:
    """The organisation-region pairs: exactly as many per region as Tabel 3.1 prints providers."""
    main = _mains()
    placed = [Pair(main[region], region, "main") for region in WALK]
    free = {region: providers[region] - 1 for region in WALK}
    placed += _small(len(set(main.values())), free)
    home = {org: WALK.index(region) for region, org in main.items() if region not in SERVED_BY}
    placed += _satellites(home, placed, free)
    return sorted(placed, key=lambda pair: (pair.organisation, WALK.index(pair.region)))


def _mains() -> dict[str, str]:
    """The main organisation of each region."""
    own = [region for region in WALK if region not in SERVED_BY]
    main = {region: organisation_id(number) for number, region in enumerate(own, 1)}
    return {region: main[SERVED_BY.get(region, region)] for region in WALK}


def _small(already: int, free: dict[str, int]) -> list[Pair]:
    """The remaining organisations are small ones with one region: where most places are free."""
    placed: list[Pair] = []
    for number in range(already + 1, ORGANISATIONS + 1):
        region = max(WALK, key=lambda name: (free[name], -WALK.index(name)))
        taken = sum(pair.region == region for pair in placed)
        region = region if taken < 2 else max(WALK, key=lambda name: (free[name] - 3 * _count(placed, name), name))
        placed.append(Pair(organisation_id(number), region, "small"))
        free[region] -= 1
    return placed


def _count(placed: list[Pair], region: str) -> int:
    return sum(pair.region == region for pair in placed)


def _satellites(home: dict[str, int], placed: list[Pair], free: dict[str, int]) -> list[Pair]:
    """Fill the free places with the nearest main organisations, the least spread ones first."""
    regions_of = {org: {pair.region for pair in placed if pair.organisation == org} for org in home}
    found = []
    for place, region in enumerate(WALK):
        for _ in range(free[region]):
            candidates = [org for org in home if region not in regions_of[org]]
            org = min(candidates, key=lambda name: (_distance(home[name], place, len(regions_of[name])), name))
            regions_of[org].add(region)
            found.append(Pair(org, region, "satellite"))
    return found


def _distance(home: int, place: int, spread: int) -> float:
    """Steps along the walk, and a step more for each region an organisation already serves."""
    return abs(home - place) + spread + (1000 if spread >= REGIONS_AT_MOST else 0)
