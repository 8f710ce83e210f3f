"""Whole numbers in tables with given margins."""

from __future__ import annotations

import pytest

from reconstruction.tables import Unallocatable, allocate, share_out


def test_shares_add_up_and_follow_the_weights() -> None:
    assert share_out(10, [1, 1, 2]) == [3, 2, 5]


def test_shares_stay_below_their_caps() -> None:
    assert share_out(10, [1, 1, 2], [10, 10, 3]) == [4, 3, 3]


def test_shares_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Unallocatable):
        share_out(10, [1, 1], [3, 3])


def test_a_table_has_exactly_its_margins() -> None:
    rows, columns = [7, 0, 13, 1], [5, 9, 7]
    table = allocate(rows, columns, [[1, 2, 1]] * 4)
    assert [sum(line) for line in table] == rows
    assert [sum(line[c] for line in table) for c in range(3)] == columns


def test_a_table_stays_below_its_caps() -> None:
    caps = [[1, 5], [9, 9]]
    table = allocate([6, 4], [5, 5], [[1, 1], [1, 1]], caps)
    assert table == [[1, 5], [4, 0]]


def test_margins_that_disagree_are_refused() -> None:
    with pytest.raises(Unallocatable):
        allocate([3], [1, 1], [[1, 1]])
