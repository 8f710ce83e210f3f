"""The attack once more, by integer programming: what each hidden number can be, given everything else.

Written from what a reader knows, and shares nothing with `publishing/disclosure/` but the shape of its rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

MOST = 20_000  # no hidden count of the tests is above
SCALE = 10_000  # percentages have four decimals at most
Rows = Iterable[tuple[Sequence[tuple[int, float]], float, float]]


def interval(unknown: dict[int, int], known: dict[int, int], rows: Rows, target: int) -> tuple[int, int]:
    """The least and most whole value of a number; `unknown`: the least that each unknown one can be."""
    found = []
    for sign in (1, -1):
        model = cp_model.CpModel()
        numbers = {one: model.new_int_var(least, MOST, str(one)) for one, least in unknown.items()}
        for parts, lowest, highest in rows:
            total = sum(round(factor * SCALE) * numbers.get(one, known.get(one, 0)) for one, factor in parts)
            if lowest > -math.inf:
                model.add(total >= round(lowest * SCALE))
            if highest < math.inf:
                model.add(total <= round(highest * SCALE))
        model.minimize(sign * numbers[target])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        found.append(sign * round(solver.objective_value))
    return found[0], found[1]
