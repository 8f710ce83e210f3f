"""The claims as wishes: read from the list, and met only as far as the requirements leave room."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconstruction.sketch import Sketch
from reconstruction.wishes import CLAIMS, LESS, MOST, NEAR, OUT_OF_REACH, RATHER, Side, Wish, read_wishes

Q1 = "same_quarter_last_year/2025-Q1/national/-/-/uwv_werkfit/clients_started/-/-"
HALVES = "previous_half_year/{}/national/-/-/ips/clients_started/-/-"


def wishes(folder: Path, predicate: str, keys: str) -> list[Wish]:
    path = folder / "claims.csv"
    path.write_text(f"claim_id,predicate,keys\none,{predicate},{keys}\n", encoding="utf-8")
    return read_wishes(path)


def test_a_fall_is_a_wish_for_more_in_the_earlier_quarter(tmp_path: Path) -> None:
    later, earlier = (Side("started", ("uwv_werkfit",), quarter) for quarter in ("2025-Q1", "2024-Q1"))
    assert wishes(tmp_path, "fell", Q1) == [Wish("one", earlier, later, RATHER)]
    assert wishes(tmp_path, "rose", Q1) == [Wish("one", later, earlier, RATHER)]
    both = [Wish("one", later, earlier, -NEAR), Wish("one", earlier, later, -NEAR)]
    assert wishes(tmp_path, "about_equal", Q1) == both


def test_the_half_year_that_rose_most_is_asked_more_of_and_the_others_less(tmp_path: Path) -> None:
    found = wishes(tmp_path, "rose_most", f"{HALVES.format('2024-H2')} {HALVES.format('2024-H1')}")
    assert [(wish.later.period, wish.earlier.period, wish.factor) for wish in found] == [
        ("2024-H2", "2024-H1", MOST),
        ("2023-H2", "2024-H1", 1 / LESS),
    ]


@pytest.mark.parametrize(
    "key",
    [
        "previous_year/2024/national/-/-/ips/clients_active/-/-",
        "previous_quarter/2025-Q1/national/-/-/ips/clients_active/funding/uwv",
        "previous_quarter/2025-Q1/national/-/-/ips/pct_paid_work/-/-",
        "2024/national/-/-/ips/clients_active/-/-",
    ],
)
def test_what_is_printed_or_drawn_elsewhere_is_no_wish(key: str, tmp_path: Path) -> None:
    assert wishes(tmp_path, "rose", key) == []


def test_every_claim_that_is_out_of_reach_is_one_of_the_list() -> None:
    listed = {line.partition(",")[0] for line in CLAIMS.read_text(encoding="utf-8").splitlines()}
    assert set(OUT_OF_REACH) <= listed
    assert {wish.claim for wish in read_wishes()} <= listed - set(OUT_OF_REACH)


def test_no_requirement_gives_way_for_a_wish() -> None:
    sketch = Sketch()
    count = sketch.count(0, 10)
    sketch.require("printed", [(1, count)], 4)
    short = sketch.count(0, 100, cost=40.0)
    sketch.require("claim", [(1, count), (1, short)], 7, 1000)
    found = sketch.solve(lambda _: None)
    assert (found[count], found[short]) == (4, 3)
