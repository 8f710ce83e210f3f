"""Whole numbers under linear constraints that look drawn by life: first a smooth relaxation, then a rounding.

A `Sketch` holds count variables with bounds and an optional anchor (what the number would plausibly be) and linear
requirements with a name. `solve` finds real numbers as near to the anchors as the requirements allow (HiGHS), then
whole numbers within a narrow corridor around them (CP-SAT, one worker, fixed seed, deterministic limit). Nothing of the
monitor is known here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

# Penalty per unit away from an anchor, and how many steps wide each slope is (the last one has no end).
SLOPES = ((1.0, 1.0), (3.0, 2.0), (9.0, 5.0), (40.0, math.inf))
WIDTHS = (2, 3, 5, 8, 14)
SEED = 20250331
LIMIT = 40.0

Terms = list[tuple[int, int]]
"""(coefficient, variable) pairs."""


class Unsolvable(Exception):
    """No whole numbers were found; says which requirements stand in the way, where that is known."""


def total(variables: Iterable[int], factor: int = 1) -> Terms:
    """The sum of some variables, as terms."""
    return [(factor, variable) for variable in variables]


@dataclass(frozen=True)
class Variable:
    """A count. `step`: the distance from the anchor that counts as one step away; `cost`: per unit above 0."""

    low: int
    high: int
    anchor: float | None
    step: float
    cost: float


@dataclass(frozen=True)
class Requirement:
    """low ≤ Σ coefficient × variable ≤ high, with the figure it comes from as a name."""

    name: str
    terms: Terms
    low: int
    high: int


@dataclass
class Sketch:
    """The variables and requirements of one problem."""

    variables: list[Variable] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    exclusive: list[tuple[int, int]] = field(default_factory=list)

    def count(
        self, low: int, high: int, anchor: float | None = None, step: float | None = None, cost: float = 0.0
    ) -> int:
        """A new variable; without a step, an anchor allows a tenth of itself, and at least 1, at the first price."""
        if high < low:
            raise Unsolvable(f"empty range {low}..{high}")
        near = step if step is not None else max(1.0, 0.1 * abs(anchor or 0.0))
        self.variables.append(Variable(low, high, anchor, near, cost))
        return len(self.variables) - 1

    def require(self, name: str, terms: Terms, low: int, high: int | None = None) -> None:
        """Σ terms = low, or between low and high."""
        self.requirements.append(Requirement(name, terms, low, low if high is None else high))

    def gather(self, name: str, terms: Terms, anchor: float, step: float | None = None) -> int:
        """A variable that equals the terms, drawn towards an anchor."""
        bound = sum(abs(k) * max(abs(self.variables[v].low), self.variables[v].high) for k, v in terms)
        variable = self.count(-bound, bound, anchor, step)
        self.require(name, [*terms, (-1, variable)], 0)
        return variable

    def solve(self) -> list[int]:
        """Whole numbers that meet every requirement."""
        smooth, closed = self._smooth()
        for width in WIDTHS:
            found = self._rounded(smooth, closed, width)
            if found is not None:
                return found
        raise Unsolvable("no whole numbers near the smooth solution")

    def _smooth(self) -> tuple[list[float], set[int]]:
        """The relaxed solution; of two variables that exclude each other the smaller is closed, until none clash."""
        closed: set[int] = set()
        while True:
            values = _Relaxation(self, closed).solve()
            clashes = {
                min((values[a], a), (values[b], b))[1]
                for a, b in self.exclusive
                if a not in closed and b not in closed and min(values[a], values[b]) > 1e-6
            }
            if not clashes:
                break
            closed |= clashes
        for a, b in self.exclusive:
            if a not in closed and b not in closed:
                closed.add(b if values[b] <= values[a] else a)
        return values, closed

    def _rounded(self, smooth: list[float], closed: set[int], width: int) -> list[int] | None:
        """CP-SAT in a corridor of the given width around the smooth solution."""
        model = cp_model.CpModel()
        columns = []
        for place, variable in enumerate(self.variables):
            low = max(variable.low, math.floor(smooth[place]) - width)
            high = min(variable.high, math.ceil(smooth[place]) + width)
            if place in closed:
                low, high = 0, 0
            columns.append(model.new_int_var(min(low, high), high, ""))
        for row in self.requirements:
            expression = cp_model.LinearExpr.weighted_sum(
                [columns[v] for _, v in row.terms], [k for k, _ in row.terms]
            )
            model.add_linear_constraint(expression, row.low, row.high)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = LIMIT
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [solver.value(column) for column in columns]


class _Relaxation:
    """The linear relaxation of a sketch, with prices for leaving the anchors."""

    def __init__(self, sketch: Sketch, closed: set[int]) -> None:
        self.sketch = sketch
        self.model = model_builder.Model()
        self.prices: list[tuple[float, model_builder.Variable]] = []
        self.columns = [
            self.model.new_num_var(
                variable.low, max(variable.low, 0) if place in closed else variable.high, f"x{place}"
            )
            for place, variable in enumerate(sketch.variables)
        ]
        for place, variable in enumerate(sketch.variables):
            if variable.cost:
                self.prices.append((variable.cost, self.columns[place]))
            if variable.anchor is not None:
                self._anchor(place, variable, variable.anchor)
        for row in sketch.requirements:
            self.model.add_linear_constraint(self._expression(row.terms), row.low, row.high, row.name)

    def solve(self) -> list[float]:
        """The values, or what could not be met."""
        self.model.minimize(
            model_builder.LinearExpr.weighted_sum([v for _, v in self.prices], [k for k, _ in self.prices])
        )
        solver = model_builder.Solver("highs")
        solver.enable_output(False)
        if solver.solve(self.model) != model_builder.SolveStatus.OPTIMAL:
            raise Unsolvable(f"the relaxation has no solution: {'; '.join(self._culprits())}")
        return [float(solver.value(column)) for column in self.columns]

    def _expression(self, terms: Terms) -> model_builder.LinearExpr:
        return model_builder.LinearExpr.weighted_sum([self.columns[v] for _, v in terms], [k for k, _ in terms])

    def _anchor(self, place: int, variable: Variable, anchor: float) -> None:
        """x − anchor = Σ up − Σ down, each stretch dearer than the one before."""
        parts: list[tuple[float, model_builder.Variable]] = [(-1.0, self.columns[place])]
        for slope, steps in SLOPES:
            for sign in (1.0, -1.0):
                part = self.model.new_num_var(0.0, steps * variable.step, "")
                parts.append((sign, part))
                self.prices.append((slope / variable.step, part))
        expression = model_builder.LinearExpr.weighted_sum([v for _, v in parts], [k for k, _ in parts])
        self.model.add_linear_constraint(expression, -anchor, -anchor)

    def _culprits(self) -> list[str]:
        """The named requirements that would have to give way, found with slack on each."""
        elastic = model_builder.Model()
        columns = [elastic.new_num_var(v.low, v.high, "") for v in self.sketch.variables]
        slacks = []
        for row in self.sketch.requirements:
            over, under = elastic.new_num_var(0, math.inf, ""), elastic.new_num_var(0, math.inf, "")
            slacks.append((row.name, over, under))
            expression = model_builder.LinearExpr.weighted_sum(
                [*(columns[v] for _, v in row.terms), over, under], [*(k for k, _ in row.terms), -1, 1]
            )
            elastic.add_linear_constraint(expression, row.low, row.high)
        elastic.minimize(model_builder.LinearExpr.sum([s for _, over, under in slacks for s in (over, under)]))
        solver = model_builder.Solver("highs")
        solver.enable_output(False)
        solver.solve(elastic)
        return [
            f"{name} ({solver.value(under) - solver.value(over):+.2f})"
            for name, over, under in slacks
            if solver.value(over) + solver.value(under) > 1e-6
        ]
