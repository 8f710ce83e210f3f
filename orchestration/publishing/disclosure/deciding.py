"""Decides which regional figures a release shows and which it hides, and judges the file that was made of it.

Two steps that share no state but the system: `decide` protects, `problems` attacks what a finished file shows.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.disclosure import attack
from orchestration.publishing.disclosure.attack import Needs
from orchestration.publishing.disclosure.protect import NotProtected, Protection, Withheld, protect
from orchestration.publishing.disclosure.system import Cover, possible
from orchestration.publishing.disclosure.tables import snapshots
from orchestration.publishing.disclosure.tables.linked import Linked, link
from orchestration.publishing.disclosure.tables.lists import Lists
from orchestration.publishing.disclosure.tables.snapshots import Snapshot

SHOWN = "select figure_key, status from marts.figures where level = 'region'"


@dataclass(frozen=True)
class Earlier:
    """A release that was handed out: its internal and its public file, and the rows that were withheld in it."""

    name: str
    internal: Path
    public: Path
    withheld: Sequence[str]


@dataclass(frozen=True)
class Decision:
    """What of the public tables is hidden, by key of the figure; `reasons` never leaves the house."""

    lists: Lists
    tables: Mapping[str, str]
    hidden: frozenset[str]
    reasons: Mapping[str, str]
    report: dict[str, Any]
    linked: Linked
    needs: Needs
    sums: frozenset[int]


def decide(lists: Lists, file: Path, earlier: Sequence[Earlier], knows_prints: bool) -> Decision:
    """Protect the public tables of a file; a table that cannot be protected is left out whole, and named.

    Raises:
        NotProtected: what cannot be protected lies in no table that could be left out.
    """
    began, refused = time.process_time(), []
    calendar = snapshots.calendar(file)
    printed = snapshots.printed(file) if knows_prints and lists.rules.knows_prints else {}
    also = frozenset(_measure(key) for key in printed)
    withheld: set[str] = set()
    while True:
        now = snapshots.taken(file, "now", lists.tables, also)
        now.fresh, now.hidden = set(withheld), set(withheld)
        try:
            linked = link(lists, calendar, [_snapshot(one, lists) for one in earlier], now, printed)
            needs = _needs(linked, lists, bool(printed))
            fixed = Cover(set(linked.hidden), set(linked.hidden_percentages), set(linked.sums))
            made = protect(linked.system, lists.rules, needs, linked.chairs, fixed)
            break
        except Withheld as row:
            withheld |= row.keys
        except NotProtected as refusal:
            if refusal.table not in {one.name for one in lists.tables}:
                raise
            refused.append(str(refusal))
            lists = dataclasses.replace(lists, tables=tuple(one for one in lists.tables if one.name != refusal.table))
    report = _report(linked, made, needs)
    report |= {"tables_refused": refused, "withheld": sorted(withheld)}
    report["seconds_to_protect"] = round(time.process_time() - began, 2)
    reasons, sums = _reasons(linked, made), frozenset(made.cover.sums)
    return Decision(lists, now.table_of, frozenset(reasons), reasons, report, linked, needs, sums)


def problems(decision: Decision, public: Path) -> Iterator[str]:
    """What can be computed from a finished file that may not be, in Dutch; the attack, from what the file shows."""
    began, system = time.process_time(), decision.linked.system
    cover = _cover_of(decision, public)
    found = attack.intervals(system, cover, attack.small_cells(system, cover))
    for cell, interval in sorted(found.items()):
        if possible(interval) < decision.needs.of(cell):
            yield f"{system.cells[cell].name} is op {possible(interval):g} waarde(n) na uit te rekenen"
    if decision.lists.rules.providers_attack:
        for one in attack.known_to(system, cover, decision.linked.chairs, decision.needs):
            yield f"{system.cells[one.cell].name} is uit te rekenen door {one.by}"
    widths = [possible(one) for cell, one in found.items() if cell not in decision.needs.printed]
    decision.report["narrowest_interval"] = min(widths, default=None)
    decision.report["seconds_to_attack"] = round(time.process_time() - began, 2)


def _cover_of(decision: Decision, public: Path) -> Cover:
    """What a finished file hides: nothing is taken from the decision but where its numbers stand in the system."""
    with duckdb.connect(str(public), read_only=True) as connection:
        statuses = dict(connection.execute(SHOWN).fetchall())
    linked = decision.linked
    ours = set(linked.cells.values())
    # cells of earlier releases that are no figure of now, and what no status shows
    cells = {cell for cell in linked.hidden if cell not in ours}
    cells |= {place for key, place in linked.cells.items() if statuses.get(key) != "known"}
    percentages = {number for key, number in linked.percentages.items() if statuses.get(key) != "known"}
    return Cover(cells, percentages, set(decision.sums))


def _snapshot(one: Earlier, lists: Lists) -> Snapshot:
    """An earlier release as its two files say."""
    with duckdb.connect(str(one.public), read_only=True) as connection:
        statuses = dict(connection.execute(SHOWN).fetchall())
    measures = frozenset(_measure(key) for key in statuses)
    found = snapshots.taken(one.internal, one.name, lists.tables, measures)
    found.table_of = {key: found.table_of.get(key, "eerder") for key in statuses}
    found.shown = {key for key, status in statuses.items() if status == "known"}
    found.hidden = {key for key, status in statuses.items() if status == "hidden"}
    found.fresh = set(one.withheld)
    return found


def _measure(key: str) -> str:
    """period/level/region/organisation/scope/measure/…"""
    return key.split("/")[5]


def _needs(linked: Linked, lists: Lists, with_prints: bool) -> Needs:
    if with_prints:
        return attack.left_by_prints(linked.system, linked.chairs, lists.rules.values_at_least)
    return Needs(lists.rules.values_at_least)


def _reasons(linked: Linked, made: Protection) -> dict[str, str]:
    """Why each figure is hidden: small by itself, to protect, or hidden already."""
    reasons = {}
    for key, place in linked.cells.items():
        if place in made.cover.cells:
            reasons[key] = "primary" if place in made.primary else "fixed" if place in linked.hidden else "secondary"
    for key, number in linked.percentages.items():
        if number in made.cover.percentages:
            reasons[key] = "primary" if number in linked.hidden_percentages else "secondary"
    return reasons


def _report(linked: Linked, made: Protection, needs: Needs) -> dict[str, Any]:
    cells = set(linked.cells.values())
    hidden = made.cover.cells & cells
    small = made.primary & cells
    names = linked.system.cells
    return {
        "cells": len(cells),
        "percentages": len(linked.percentages),
        "primary": len(small),
        "secondary": len(hidden - small),
        "ratio": round(len(hidden) / len(small), 3) if small else None,
        "percentages_hidden": len(made.cover.percentages & set(linked.percentages.values())),
        "last_resorts": made.last_resorts,
        "relations": len(linked.system.rows),
        "relations_left_out": list(linked.left_out),
        "printed_small": list(linked.printed_small),
        "narrowed_by_prints": sorted(
            {names[one].name for one in (*needs.printed, *(c for _, c in needs.known_anyhow))}
        ),
    }
