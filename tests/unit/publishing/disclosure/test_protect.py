"""Protection on worlds small enough to work out by hand, and on random ones, attacked in whole numbers."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings

from orchestration.publishing.disclosure import attack
from orchestration.publishing.disclosure.attack import Needs
from orchestration.publishing.disclosure.protect import NotProtected, Protection, Withheld, protect, weight
from orchestration.publishing.disclosure.system import Cell, Chair, Cover, Percentage, Row, System, View
from tests.support import whole_numbers
from tests.unit.publishing.disclosure.worlds import RULES, random_systems, system

NEEDS = Needs(4)


def hide(made: System, chairs: dict[str, Chair] | None = None, fixed: Cover | None = None) -> Protection:
    return protect(made, RULES, NEEDS, chairs or {}, fixed or Cover())


def names(made: System, protection: Protection) -> set[str]:
    return {made.cells[one].name for one in protection.cover.cells}


def test_of_a_lone_small_cell_the_smallest_other_that_has_room_hides_too() -> None:
    # 3 + 9 + 5 + 40 = 57: 3 goes to 1 and to 4 where 5 goes to 7 and to 4
    made = system({"a": [3, 9, 5, 40]})
    assert names(made, hide(made)) == {"a/0", "a/2"}


def test_two_small_cells_that_together_can_be_few_values_need_a_third() -> None:
    # 2 + 1 are 3 together: (1, 2) or (2, 1), so a third hides, and 6 is the smallest that can give
    made = system({"a": [2, 1, 6, 40]})
    assert names(made, hide(made)) == {"a/0", "a/1", "a/2"}


def test_small_cells_that_protect_each_other_hide_nothing_else() -> None:
    # 4 + 3 + 2 = 9: each can be 1 to 7
    made = system({"a": [4, 3, 2, 40]})
    assert names(made, hide(made)) == {"a/0", "a/1", "a/2"}


def test_a_part_of_a_small_cell_is_as_free_as_the_cell() -> None:
    made = system({"clients": [3, 9, 5, 40], "paid": [3, 8, 5, 20]}, [("paid", "clients")])
    protection = hide(made)
    assert not attack.narrow(made, protection.cover, NEEDS)
    assert {"clients/0", "paid/0"} <= names(made, protection)


def test_where_only_zeros_are_left_they_hide_and_it_is_said() -> None:
    # 2 + 1 = 3 are all: hidden they are 1 or 2, with the zeros 0 to 3
    made = system({"a": [2, 1, 0, 0]})
    protection = hide(made)
    assert names(made, protection) == {"a/0", "a/1", "a/2", "a/3"}
    assert any("nullen" in one for one in protection.last_resorts)


def test_what_nothing_protects_is_named() -> None:
    made = system({"a": [1, 1, 0]})  # 2 at most, whoever hides
    with pytest.raises(NotProtected, match=r"tabel t .* a/0"):
        hide(made)


def test_a_provider_that_owns_the_other_hidden_cell_does_not_know_the_small_one() -> None:
    made = system({"a": [3, 9, 5, 40]})
    owner = {"org_001": Chair({2: 5}, frozenset({2}))}
    assert [one.by for one in attack.known_to(made, hide(made).cover, owner, NEEDS)] == ["org_001"]
    protection = hide(made, owner)
    assert names(made, protection) == {"a/0", "a/1", "a/2"}
    assert not list(attack.known_to(made, protection.cover, owner, NEEDS))


def test_a_provider_with_a_part_in_the_other_cell_knows_only_how_much_at_least() -> None:
    made = system({"a": [3, 9, 5, 40]})
    part = {"org_001": Chair({2: 4})}  # 5 is then 4 at least: 3 is 3 or 4 at most, and never sure
    assert names(made, hide(made, part)) == {"a/0", "a/2"}


def test_zeros_hide_where_a_provider_would_know_two_cells_of_one_that_cannot_go_down() -> None:
    # 1 + 27 + 1 = 29: who owns the 27 knows that nothing is left above 1 and 1, unless the zero may be more
    made = system({"a": [1, 27, 1, 0]})
    owner = {"org_001": Chair({1: 27})}
    assert names(made, hide(made, owner)) == {"a/0", "a/1", "a/2", "a/3"}


def test_what_was_shown_before_cannot_protect() -> None:
    made = system({"a": [3, 9, 5, 40]}, known=["a/2"])
    assert names(made, hide(made)) == {"a/0", "a/1"}


def test_a_row_that_was_shown_before_is_withheld_whole() -> None:
    shown = system({"a": [3, 9, 5]}, known=["a/1", "a/2"])
    made = System(shown.cells, shown.rows, (), frozenset({0}))
    with pytest.raises(Withheld) as row:
        hide(made)
    assert row.value.keys == {"a/0", "a/1", "a/2"}


def test_a_percentage_hides_where_it_gives_a_small_part_away() -> None:
    # of 4 + 30 ended 2 + 20 had a result; 66,7 of 30 is shown, so that 4 and 2 are known from the totals
    cells = [
        Cell("e0", "", 4, True, lowest=1),
        Cell("w0", "", 2, True),
        Cell("e1", "", 30, False),
        Cell("w1", "", 20, False),
    ]
    rows = [Row(((0, 1.0), (2, 1.0)), 34, 34), Row(((1, 1.0), (3, 1.0)), 22, 22), Row(((0, 1.0), (1, -1.0)), 0, 99)]
    rows += [Row(((2, 1.0),), 30, 30, shown_by=0), Row(((3, 1.0),), 20, 20, shown_by=0)]
    made = System(cells, rows, [Percentage("p", "outflow", 5.0)])
    assert attack.narrow(made, Cover(), NEEDS)
    assert hide(made).cover.percentages == {0}


def cheapest(made: System) -> float:
    """The least weight that serves, proven: every set of cells, the lightest first, until the attack finds nothing."""
    small = {number for number, cell in enumerate(made.cells) if cell.is_small}
    others = [number for number, cell in enumerate(made.cells) if not cell.is_small and cell.value]
    sets = (set(one) for size in range(4) for one in itertools.combinations(others, size))
    weights = {number: weight(cell.value) for number, cell in enumerate(made.cells)}
    for chosen in sorted(sets, key=lambda one: sum(weights[cell] for cell in one)):
        if not attack.narrow(made, Cover(small | chosen), NEEDS):
            return sum(weights[cell] for cell in small | chosen)
    raise AssertionError("more than three are needed")


def test_of_one_table_hardly_more_is_hidden_than_the_proven_least() -> None:
    chance, least, ours = random.Random(1), 0.0, 0.0
    for _ in range(60):
        made = system({"a": [chance.choice([0, 1, 2, 3, 4, 6, 8, 11, 14, 20, 30, 60]) for _ in range(9)]})
        try:
            protection = hide(made)
        except NotProtected:
            continue
        if not protection.last_resorts:
            least += cheapest(made)
            ours += sum(weight(made.cells[cell].value) for cell in protection.cover.cells)
    assert least > 500
    assert ours <= 1.1 * least


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_systems())
def test_no_small_cell_of_a_random_world_has_fewer_than_four_whole_values(
    world: tuple[System, dict[str, Chair]],
) -> None:
    _attacked(*world)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_systems())
def test_nor_of_two_hundred(world: tuple[System, dict[str, Chair]]) -> None:
    _attacked(*world)


def _attacked(made: System, chairs: dict[str, Chair]) -> None:
    """Protect, and attack in whole numbers; from the chair of the provider too."""
    assert not made.untrue()
    try:
        protection = hide(made, chairs)
    except NotProtected:
        return  # said so, and nothing is published
    cover = protection.cover
    rows = [(row.parts, row.lowest, row.highest) for row in made.rows]
    known = {number: cell.value for number, cell in enumerate(made.cells) if number not in cover.cells}
    view = View(made, cover)
    unknown = {number: int(view.lowest(number)) for number in sorted(cover.cells)}
    own = chairs["org_001"].at_least
    from_the_chair = {number: max(least, own.get(number, 0)) for number, least in unknown.items()}
    for number in attack.small_cells(made, cover):
        lowest, highest = whole_numbers.interval(unknown, known, rows, number)
        assert highest - lowest >= 3, made.cells[number]
        if not own.get(number):
            lowest, highest = whole_numbers.interval(from_the_chair, known, rows, number)
            assert lowest < highest, made.cells[number]
