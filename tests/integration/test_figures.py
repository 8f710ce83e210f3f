"""`figures` beside the wide marts and the dimensions, on deliveries made up at random (the oracle has its rows)."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.home.paths import Home
from tests.support.random_deliveries import random_deliveries, random_organisations
from tests.support.warehouse import build_marts

WIDE = {
    "organisation_quarterly": ("organisation", "organisation_id", "region_code"),
    **{f"region_{one}": ("region", "region_code") for one in ("quarterly", "half_yearly", "annual")},
    **{f"trajectory_{one}": ("national",) for one in ("quarterly", "half_yearly", "annual")},
    **{f"national_{one}": ("national",) for one in ("quarterly", "half_yearly", "annual")},
}

DIMENSIONS = {
    "dim_period": ["period"],
    "dim_trajectory": ["trajectory"],
    "dim_region": ["region_code"],
    "dim_organisation": ["organisation_id"],
    "dim_indicators": ["measure"],
}


@pytest.fixture(scope="module")
def built(shared_home: Home) -> Home:
    organisations = random_organisations(4, 9)
    build_marts(shared_home, random_deliveries(4, organisations), organisations)
    return shared_home


@pytest.mark.parametrize("mart", WIDE)
def test_figures_has_each_cell_of_the_wide_marts(mart: str, built: Home) -> None:
    assert differing(built, mart) == []


def test_what_a_figure_is_called_stands_in_the_dimensions(built: Home) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        for dimension, keys in DIMENSIONS.items():
            query = f"""
                select distinct {", ".join(keys)} from marts.figures
                where {" and ".join(f"{key} is not null" for key in keys)}
                except select {", ".join(keys)} from marts.{dimension}
            """
            assert connection.execute(query).fetchall() == []


def differing(home: Home, mart: str) -> list[tuple[object, ...]]:
    """The cells of a wide mart that `figures` does not have, or has otherwise; where it is NULL both are."""
    level, *place = WIDE[mart]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select measure from marts.dim_indicators").fetchall()]
        columns = [name for name in connection.table(f"marts.{mart}").columns if name in names]
        keys = ["period", *place, *([] if mart.startswith("national") else ["trajectory"])]
        casts = ", ".join(f"cast({column} as double) as {column}" for column in columns)
        on = " and ".join(f"wide.{key} = figures.{key}" for key in keys)
        scope = "figures.trajectory = 'all'" if mart.startswith("national") else "not figures.is_total"
        region = "" if "region_code" in place else "and figures.region_code is null"
        query = f"""
            select wide.*, figures.value from (
                from (select {", ".join(keys)}, {casts} from marts.{mart})
                unpivot include nulls (wide for measure in ({", ".join(columns)}))
            ) as wide
            left join marts.figures on {on} and wide.measure = figures.measure and figures.level = '{level}'
                and {scope} {region} and figures.breakdown is null
            where wide.wide is distinct from figures.value
            limit 10
        """
        return connection.execute(query).fetchall()
