"""Smooth first, whole afterwards."""

from __future__ import annotations

import pytest

from reconstruction.sketch import Pull, Sketch, Unsolvable, total


def quiet(_: str) -> None:
    """No report."""


def test_numbers_stay_near_their_anchors_and_meet_the_requirements() -> None:
    sketch = Sketch()
    counts = [sketch.count(0, 100, Pull(anchor, 2.0)) for anchor in (10.0, 20.0, 30.0)]
    sketch.require("all together", total(counts), 63)
    found = sketch.solve(quiet)
    assert sum(found) == 63
    assert all(abs(value - anchor) <= 3 for value, anchor in zip(found, (10, 20, 30), strict=True))


def test_coarse_sums_are_made_whole_before_what_they_are_made_of() -> None:
    sketch = Sketch()
    counts = [sketch.count(0, 9, Pull(1.4, 1.0)) for _ in range(5)]
    whole = sketch.gather("their sum", total(counts), level=0)
    found = sketch.solve(quiet)
    assert found[whole] == sum(found[count] for count in counts)
    assert found[whole] in (7, 8)


def test_the_same_sketch_has_the_same_answer() -> None:
    def solved() -> list[int]:
        sketch = Sketch()
        counts = [sketch.count(0, 50, Pull(place % 7, 1.0)) for place in range(40)]
        sketch.require("sum", total(counts), 131)
        return sketch.solve(quiet)

    assert solved() == solved()


def test_what_cannot_go_together_is_named() -> None:
    sketch = Sketch()
    count = sketch.count(0, 5)
    sketch.require("Tabel 3.1", [(1, count)], 7)
    with pytest.raises(Unsolvable, match=r"Tabel 3\.1"):
        sketch.solve(quiet)
