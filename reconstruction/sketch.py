"""Whole numbers under linear constraints that look drawn by life: first smooth, then rounded from coarse to fine.

A `Sketch` holds count variables with bounds, a level and an optional anchor (what the number would plausibly be) and
linear requirements with a name. `solve` finds real numbers as near to the anchors as the requirements allow, then turns
one level after the other into whole numbers in a narrow corridor around them, the finer levels still real so that they
stay possible, and smooths the rest anew. Making coarse sums whole first keeps every rounding a small problem. The
solver is HiGHS (through OR-tools): no clock decides anything, so the same problem has the same answer. Nothing of the
monitor is known here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ortools.linear_solver.python import model_builder

# Price per unit away from an anchor, and how many steps wide each stretch is (the last one has no end).
SLOPES = ((1.0, 1.0), (2.5, 1.0), (6.0, 2.0), (15.0, 4.0), (40.0, math.inf))
WIDENING = 3
"""How often a corridor may be doubled before giving up."""

PATIENCE = 400.0
"""Seconds after which a step counts as failed: a stop for broken models, far above what a sound one takes."""

NEAR_ENOUGH = 0.6
"""The relative gap at which the search for the nearest whole numbers may stop."""

ALMOST = 1e-6

Terms = list[tuple[int, int]]
"""(coefficient, variable) pairs."""


class Unsolvable(Exception):
    """No numbers were found; says which requirements stand in the way, where that is known."""


def total(variables: Iterable[int], factor: int = 1) -> Terms:
    """The sum of some variables, as terms."""
    return [(factor, variable) for variable in variables]


@dataclass(frozen=True)
class Pull:
    """Draws a variable to an anchor: `step` is what counts as one step away from it, at the price `weight`."""

    anchor: float
    step: float
    weight: float = 1.0


@dataclass(frozen=True)
class Variable:
    """A count. `cost`: per unit above 0; `level`: 0 is made whole first."""

    low: int
    high: int
    pull: Pull | None
    cost: float
    level: int


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

    def count(self, low: int, high: int, pull: Pull | None = None, cost: float = 0.0, level: int = 1) -> int:
        """A new variable, possibly pulled towards an anchor."""
        if high < low:
            raise Unsolvable(f"empty range {low}..{high}")
        self.variables.append(Variable(low, high, pull, cost, level))
        return len(self.variables) - 1

    def require(self, name: str, terms: Terms, low: int, high: int | None = None) -> None:
        """Σ terms = low, or between low and high."""
        self.requirements.append(Requirement(name, terms, low, low if high is None else high))

    def gather(self, name: str, terms: Terms, pull: Pull | None = None, level: int = 0) -> int:
        """A variable that equals the terms."""
        low = sum(k * (self.variables[v].low if k > 0 else self.variables[v].high) for k, v in terms)
        high = sum(k * (self.variables[v].high if k > 0 else self.variables[v].low) for k, v in terms)
        variable = self.count(low, high, pull, level=level)
        self.require(name, [*terms, (-1, variable)], 0)
        return variable

    def solve(self, report: Callable[[str], None], first_corridor: int = 2) -> list[int]:
        """Whole numbers that meet every requirement.

        `first_corridor`: the width for level 0. Above the usual 2, the nearest numbers in it are sought, not any.
        """
        known: dict[int, int] = {}
        for level in sorted({variable.level for variable in self.variables}):
            smooth = _smooth(self, known)
            known |= self._whole(level, known, smooth, 2 if level else first_corridor)
            report(f"  level {level}: {len(known)} of {len(self.variables)} numbers")
        return [known[place] for place in range(len(self.variables))]

    def _whole(self, level: int, known: dict[int, int], smooth: list[float], width: int) -> dict[int, int]:
        """A level's whole numbers in the narrowest corridor around the smooth ones that holds any."""
        for _ in range(WIDENING):
            found = _rounded(self, level, known, smooth, width)
            if found is not None:
                return found
            width *= 2
        raise Unsolvable(f"no whole numbers near the smooth ones on level {level}")


def _rounded(
    sketch: Sketch, level: int, known: dict[int, int], smooth: list[float], width: int
) -> dict[int, int] | None:
    """Whole numbers for one level, real ones for the finer levels, that meet the requirements."""
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    columns: list[model_builder.Variable] = []
    prices: list[tuple[float, model_builder.Variable]] = []
    for place, variable in enumerate(sketch.variables):
        if place in known:
            columns.append(model.new_num_var(known[place], known[place], ""))
        elif variable.level == level:
            low = max(variable.low, math.floor(smooth[place] + ALMOST) - width + 1)
            high = min(variable.high, math.ceil(smooth[place] - ALMOST) + width - 1)
            columns.append(model.new_int_var(min(low, variable.high), max(low, high), ""))
            if width > 2:
                prices.append(_distance(model, columns[-1], smooth[place]))
        else:
            columns.append(model.new_num_var(variable.low, variable.high, ""))
    _add_requirements(model, sketch, columns)
    _minimize(model, prices)
    solver = _solver()
    status = solver.solve(model)
    if status == model_builder.SolveStatus.INFEASIBLE:
        return None
    if status != model_builder.SolveStatus.OPTIMAL:
        raise Unsolvable(f"level {level} ended as {status}: not an answer to build on")
    return {
        place: round(solver.value(columns[place]))
        for place, variable in enumerate(sketch.variables)
        if variable.level == level and place not in known
    }


def _distance(
    model: model_builder.Model, column: model_builder.Variable, value: float
) -> tuple[float, model_builder.Variable]:
    """The price of the relative distance to a value."""
    away = model.new_num_var(0.0, math.inf, "")
    model.add_linear_constraint(column - away, -math.inf, value)
    model.add_linear_constraint(column + away, value, math.inf)
    return 1.0 / (3.0 + abs(value)), away


def _smooth(sketch: Sketch, known: dict[int, int]) -> list[float]:
    """Real numbers as near to the anchors as the requirements allow."""
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    columns = _columns(model, sketch, known)
    prices: list[tuple[float, model_builder.Variable]] = []
    for column, variable in zip(columns, sketch.variables, strict=True):
        if variable.cost:
            prices.append((variable.cost, column))
        if variable.pull:
            prices += _pulled(model, column, variable.pull)
    _add_requirements(model, sketch, columns)
    _minimize(model, prices)
    solver = _solver()
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        raise Unsolvable(f"these cannot go together: {'; '.join(_culprits(sketch, known))}")
    return [float(solver.value(column)) for column in columns]


def _pulled(
    model: model_builder.Model, column: model_builder.Variable, pull: Pull
) -> list[tuple[float, model_builder.Variable]]:
    """x − anchor = Σ up − Σ down, each stretch dearer than the one before; returns the prices."""
    parts = [(-1.0, column)]
    prices = []
    for slope, steps in SLOPES:
        for sign in (1.0, -1.0):
            part = model.new_num_var(0.0, steps * pull.step, "")
            parts.append((sign, part))
            prices.append((slope * pull.weight, part))
    expression = model_builder.LinearExpr.weighted_sum([v for _, v in parts], [k for k, _ in parts])
    model.add_linear_constraint(expression, -pull.anchor, -pull.anchor)
    return prices


def _culprits(sketch: Sketch, known: dict[int, int]) -> list[str]:
    """The named requirements that would have to give way, found with slack on each."""
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    columns = _columns(model, sketch, known)
    slacks = []
    for row in sketch.requirements:
        over, under = model.new_num_var(0, math.inf, ""), model.new_num_var(0, math.inf, "")
        slacks.append((row.name, over, under))
        terms = [*((k, columns[v]) for k, v in row.terms), (-1, over), (1, under)]
        expression = model_builder.LinearExpr.weighted_sum([v for _, v in terms], [k for k, _ in terms])
        model.add_linear_constraint(expression, row.low, row.high)
    model.minimize(model_builder.LinearExpr.sum([slack for _, over, under in slacks for slack in (over, under)]))
    solver = _solver()
    solver.solve(model)
    amounts = [(name, solver.value(under) - solver.value(over)) for name, over, under in slacks]
    return [f"{name} ({amount:+.2f})" for name, amount in amounts if abs(amount) > ALMOST]


def _columns(model: model_builder.Model, sketch: Sketch, known: dict[int, int]) -> list[model_builder.Variable]:
    """Real variables, those already whole fixed."""
    return [
        model.new_num_var(known.get(place, variable.low), known.get(place, variable.high), "")
        for place, variable in enumerate(sketch.variables)
    ]


def _minimize(model: model_builder.Model, prices: list[tuple[float, model_builder.Variable]]) -> None:
    model.minimize(model_builder.LinearExpr.weighted_sum([v for _, v in prices], [k for k, _ in prices]))


def _add_requirements(model: model_builder.Model, sketch: Sketch, columns: list[model_builder.Variable]) -> None:
    for row in sketch.requirements:
        expression = model_builder.LinearExpr.weighted_sum(
            [columns[v] for _, v in row.terms], [k for k, _ in row.terms]
        )
        model.add_linear_constraint(expression, row.low, row.high)


def _solver() -> model_builder.Solver:
    solver = model_builder.Solver("highs")
    solver.enable_output(False)
    solver.set_time_limit_in_seconds(PATIENCE)
    solver.set_solver_specific_parameters(f"mip_rel_gap={NEAR_ENOUGH}")
    return solver
