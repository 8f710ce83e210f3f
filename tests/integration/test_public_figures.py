"""The public file of the sample, attacked by one who reads only finished files; and chains of corrected releases."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import Home
from orchestration.publishing import fingerprint, public_file, published_file
from orchestration.publishing.disclosure import deciding
from orchestration.publishing.disclosure.deciding import Decision, Earlier
from orchestration.publishing.disclosure.tables import lists
from orchestration.releasing import tables
from tests.support import outsider
from tests.support.sample import read_sample
from tests.support.warehouse import build_marts

QUARTER = "2025-Q1"
SMALL = """
    select period, region_code, trajectory, measure, value, numerator, denominator from marts.figures
    where level = 'region' and status = 'known' and breakdown is null
"""


@pytest.fixture(scope="module")
def sample(shared_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published sample, with 2023 and 2024 closed."""
    build_marts(shared_home, read_sample(), exclude=["resource_type:test"])
    published_file.stage(shared_home)
    published_file.approve(shared_home)
    published_file.release(shared_home)
    file = Path(shutil.copyfile(shared_home.published, tmp_path_factory.mktemp("sample") / "figures.duckdb"))
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        connection.execute("update marts.figures set year_status = 'closed' where period in ('2023', '2024')")
    return file


@pytest.fixture(scope="module", params=[True, False], ids=["printed", "not_printed"])
def made(
    request: pytest.FixtureRequest, sample: Path, shared_home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    return _made(sample, shared_home, [], tmp_path_factory.mktemp("made"), knows_prints=request.param)


@dataclasses.dataclass
class Made:
    """A public file, and what it was made by."""

    decision: Decision
    internal: Path
    public: Path
    knows_prints: bool
    problems: list[str]

    def earlier(self, name: str) -> Earlier:
        return Earlier(name, self.internal, self.public, self.decision.report["withheld"])


def _made(file: Path, home: Home, before: Sequence[Earlier], folder: Path, knows_prints: bool) -> Made:
    decision = deciding.decide(lists.read(home, QUARTER), file, before, knows_prints)
    public = folder / "public.duckdb"
    public_file.write(file, public, decision)
    return Made(decision, file, public, knows_prints, list(deciding.problems(decision, public)))


def _narrow(made: Made, files: Sequence[Path]) -> set[str]:
    """The small numbers of which the attacker leaves fewer than four values."""
    attacker = outsider.read(files, made.knows_prints)
    with duckdb.connect(str(made.internal), read_only=True) as connection:
        rows = connection.execute(SMALL).fetchall()
    found = set()
    for *key, value, numerator, denominator in rows:
        values = [(key[3], value)]
        if numerator is not None:
            parts = (("numerator", numerator), ("denominator", denominator), ("rest", denominator - numerator))
            values = [(f"{key[3]}/{name}", part) for name, part in parts]
        for measure, one in values:
            number = attacker.newest.get((key[0], key[1], key[2], measure))
            if number is not None and 1 <= one <= 4 and number not in attacker.known:
                lowest, highest = attacker.interval(number)
                assert lowest <= one <= highest, key
                if highest - lowest < 3:
                    found.add("/".join([key[0], key[1], key[2], measure]))
    return found


def test_no_small_number_of_the_sample_has_fewer_than_four_values_beyond_what_is_printed(made: Made) -> None:
    listed = {_short(key) for key in made.decision.report["narrowed_by_prints"]}
    assert made.problems == []
    assert _narrow(made, [made.public]) <= listed
    assert made.knows_prints or not listed


def test_few_are_hidden_and_soon(made: Made) -> None:
    report = made.decision.report
    assert report["tables_refused"] == []
    assert report["last_resorts"] == []
    assert report["ratio"] <= 1.25
    assert report["seconds_to_protect"] <= 10
    assert report["seconds_to_attack"] <= 10


def test_nothing_tells_what_is_small_from_what_protects_it(made: Made, tmp_path: Path) -> None:
    """With the reasons exchanged all files but the DuckDB one are equal, byte for byte, and that one by content."""
    other = {"primary": "secondary", "secondary": "primary", "fixed": "fixed"}
    reasons = {key: other[reason] for key, reason in made.decision.reasons.items()}
    exchanged = dataclasses.replace(made.decision, reasons=reasons)
    assert set(reasons.values()) >= {"primary", "secondary"}
    written = []
    for name, decision in (("as_it_is", made.decision), ("exchanged", exchanged)):
        file = tmp_path / f"{name}.duckdb"
        public_file.write(made.internal, file, decision)
        tables.write(file, tmp_path / name)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert written[0] == written[1]
    assert fingerprint.of(str(tmp_path / "as_it_is.duckdb")) == fingerprint.of(str(tmp_path / "exchanged.duckdb"))


def test_a_hidden_row_has_no_number_at_all_and_a_regional_one_no_base(made: Made) -> None:
    numbers = (
        "value",
        "numerator",
        "denominator",
        "denominator_class",
        "known_pct",
        "known_class",
        "parts_known",
        "parts",
    )
    with duckdb.connect(str(made.public), read_only=True) as connection:
        filled = " + ".join(f"count({one})" for one in numbers)
        query = f"select {filled}, count(*) from marts.figures where status = 'hidden'"
        assert connection.execute(query).fetchall()[0][0] == 0
        base = "count(numerator) + count(denominator) + count(parts) + count(parts_known) + count(known_pct)"
        assert connection.execute(f"select {base} from marts.figures where level = 'region'").fetchall() == [(0,)]
        small = "level = 'region' and unit = 'count' and aggregation <> 'distinct' and value between 0.5 and 4.5"
        shown = connection.execute(f"select figure_key from marts.figures where {small}").fetchall()
    assert {key for (key,) in shown} <= set(made.decision.report["printed_small"])


def test_no_provider_stands_anywhere(made: Made, tmp_path: Path) -> None:
    tables.write(made.public, tmp_path / "tables")
    for path in (tmp_path / "tables").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert "org_0" not in text, path.name
        assert "Voorbeeldorganisatie" not in text, path.name
        assert "organisation_id" not in text.partition("\n")[0], path.name


def test_the_nation_is_whole_and_exact(made: Made) -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ? as new (read_only)", [str(made.public)])
        connection.execute("attach ? as old (read_only)", [str(made.internal)])
        columns = "figure_key, value, numerator, denominator, status from {}.marts.figures where level = 'national'"
        query = f"select {columns.format('old')} except all select {columns.format('new')}"
        assert connection.execute(query).fetchall() == []


def test_a_table_that_cannot_be_protected_is_refused_by_name(sample: Path, shared_home: Home) -> None:
    """Estimates are no whole numbers, and of half-years nothing is known to hold."""
    ours = lists.read(shared_home, QUARTER)
    asked = dataclasses.replace(
        ours.tables[1],
        name="durable_annual",
        measures=frozenset({"durable_paid_work"}),
        period_types=frozenset({"year"}),
    )
    decision = deciding.decide(dataclasses.replace(ours, tables=(*ours.tables, asked)), sample, [], True)
    assert ["durable_annual" in one for one in decision.report["tables_refused"]] == [True]
    assert "durable_annual" not in set(decision.tables.values())


def test_a_chain_of_four_releases_gives_no_small_number_away(sample: Path, shared_home: Home, tmp_path: Path) -> None:
    _chain(sample, shared_home, tmp_path, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 22))
def test_nor_do_twenty(sample: Path, shared_home: Home, tmp_path: Path, seed: int) -> None:
    _chain(sample, shared_home, tmp_path, seed)


def _chain(sample: Path, home: Home, folder: Path, seed: int) -> None:
    """Four releases, corrected in between: what was shown stays so, what was hidden too, and nothing is given away."""
    chance = random.Random(seed)
    before: list[Made] = []
    for number in range(4):
        here = folder / str(number)
        here.mkdir()
        file = Path(shutil.copyfile(before[-1].internal if before else sample, here / "figures.duckdb"))
        if before:
            _correct(file, chance)
        earlier = [one.earlier(f"r{place}") for place, one in enumerate(before)]
        made = _made(file, home, earlier, here, knows_prints=False)
        assert made.problems == []
        if before:
            _require_stable(before[-1], made)
        before.append(made)
    assert _narrow(before[-1], [one.public for one in before]) == set()


def _require_stable(old: Made, new: Made) -> None:
    """Of what is unchanged the status is too, save where a whole row was withheld, which is said."""
    withheld = set(new.decision.report["withheld"]) | set(old.decision.report["withheld"])
    with duckdb.connect() as connection:
        for name, made in (("old", old), ("new", new)):
            connection.execute(f"attach '{made.public}' as {name} (read_only)")
            connection.execute(f"attach '{made.internal}' as {name}_inside (read_only)")
        query = """
            select figure_key from old.marts.figures as a inner join new.marts.figures as b using (figure_key)
            inner join old_inside.marts.figures as c using (figure_key)
            inner join new_inside.marts.figures as d using (figure_key)
            where c.value is not distinct from d.value and a.status <> b.status
        """
        assert {key for (key,) in connection.execute(query).fetchall()} <= withheld


def _correct(file: Path, chance: random.Random) -> None:
    """Some figures of a region other than they were, with their nation's total and the part of a provider."""
    query = """
        select r.figure_key, n.figure_key, o.figure_key, o.value, r.measure, coalesce(y.value - r.value, 0) as room
        from marts.figures as r
        inner join marts.figures as n on n.level = 'national' and (n.period, n.trajectory, n.measure)
            = (r.period, r.trajectory, r.measure) and n.breakdown is null
        inner join marts.figures as o on o.level = 'organisation' and (o.period, o.trajectory, o.measure, o.region_code)
            = (r.period, r.trajectory, r.measure, r.region_code) and o.breakdown is null and o.value > 0
        left join marts.figures as y on y.level = 'region' and y.period = left(r.period, 4) and y.breakdown is null
            and (y.trajectory, y.measure, y.region_code) = (r.trajectory, r.measure, r.region_code)
        where r.level = 'region' and r.trajectory = 'ips' and r.breakdown is null and r.status = 'known'
            and r.period_type = 'quarter' and r.measure in ('clients_active', 'durable_paid_work')
        order by all
    """
    with duckdb.connect(str(file)) as connection:
        cells = connection.execute(query).fetchall()
        for region, nation, part, own, measure, room in chance.sample(cells, 12):
            # up or down so that what the gate guarantees still holds
            more = own + min(chance.choice([1, 3]), room)
            now = more if measure == "clients_active" else chance.choice([max(own - 2, 0), min(own, 3), min(own, 1)])
            for key in (region, nation, part):
                change = "update marts.figures set value = value + ? where figure_key = ?"
                connection.execute(change, [now - own, key])


def _short(key: str) -> str:
    """period/region/…: the key of a figure, or of what lies below a percentage, as the attacker names it."""
    period, _, region, _, scope, measure, *rest = key.split("/")
    if measure in ("clients_ended", "ended_with_result"):
        part = {"clients_ended": "denominator", "ended_with_result": "numerator"}[measure]
        return f"{period}/{region}/{scope}/pct_ended_with_result/{part}"
    return "/".join([period, region, scope, measure, *(one for one in rest if one != "-")])
