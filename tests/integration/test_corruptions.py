"""Nothing bad slips through the gate: valid deliveries, each spoilt in one way, and what the gate makes of them.

All cases are read, judged and compared with earlier quarters in one go, through the real first door and the real
models: every accepted case is landed as an organisation of its own, behind the same earlier quarters as the right one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import transforming
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_filling, raw_tables, run_context
from orchestration.landing.raw.raw_filling import Landed
from orchestration.ledger.receipts import Judged, Receipt
from orchestration.quality import across_quarters
from orchestration.quality.door import incoming
from orchestration.quality.door.incoming import Judgement
from orchestration.quality.door.incoming_frames import Candidate
from orchestration.reading import reading
from orchestration.reading.tidy import ReadFile
from tests.conftest import copied
from tests.support import blind_spots, corruptions
from tests.support.corruptions import Kind, Source, corrupted, kinds
from tests.support.random_deliveries import to_tidy_csv

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SEEDS = range(18)  # cases of each kind
WARNINGS = """
    select organisation_id, quarter, figures, rule, coalesce(trajectory, ''), coalesce(measure_group, ''),
        coalesce(measure, ''), coalesce(breakdown, ''), coalesce(category, '')
    from intermediate.int_findings_across_quarters_located
"""
STAGED = """
    select organisation_id, quarter, region_code, trajectory, measure, breakdown, category, clients
    from intermediate.int_cells_in_force
    union all
    select organisation_id, quarter, '', trajectory, 'declaration', '', declaration, null
    from intermediate.int_declarations_in_force
    order by all
"""


@dataclass
class Case:
    """A file at the door. `landed_as`: the organisation that stands for it in the warehouse, once it is accepted."""

    source: Source
    file: ReadFile
    kind: str = "right"
    seed: int = 0
    judgement: Judgement = field(default_factory=Judgement)
    landed_as: str = ""
    warnings: dict[tuple[str, ...], str] = field(default_factory=dict)  # by rule and codes, the numbers
    staged: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def delivered_as(self) -> Source:
        """Whose delivery it is and of when, as it says itself."""
        return Source(self.source.world, str(self.judgement.organisation_id), str(self.judgement.quarter))


class Gate:
    """Every case with all that becomes of it, and the right deliveries that they are held against."""

    def __init__(self, home: Home, folder: Path) -> None:
        self._home, self._path = home, folder / "file.csv"
        self.right = {
            source: Case(source, self._read(to_tidy_csv(delivery).encode()))
            for seed in range(corruptions.WORLDS)
            for source, delivery in corruptions.world(seed).items()
        }
        self.cases = [self._case(kind, seed) for kind in kinds() for seed in SEEDS]
        with duckdb.connect(str(home.warehouse)) as connection:
            raw_tables.create(connection)
            raw_tables.load_reference_lists(connection, home)
            self._judge(connection)
            self._land(connection)
        run_context.write(home, NOW)
        list(transforming.build(home, select=["+int_findings_across_quarters_located"]))
        self._look()

    def _read(self, content: bytes) -> ReadFile:
        self._path.write_bytes(content)
        return reading.read(self._path, self._path.name)

    def _case(self, kind: str, seed: int) -> Case:
        source, content = corrupted(kind, seed)
        return Case(source, self._read(content), kind, seed)

    def _judge(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The first door."""
        everything = [*self.right.values(), *self.cases]
        candidates = [Candidate(number, date(2026, 7, 1), one.file) for number, one in enumerate(everything)]
        for number, judgement in incoming.judge(connection, candidates).items():
            everything[number].judgement = judgement
            for one in judgement.findings:
                if one.level == "warning":
                    codes = (one.rule, one.region_code, one.trajectory, one.measure, one.breakdown, one.category)
                    everything[number].warnings[codes] = one.figures

    def _land(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Put every accepted case behind the earlier quarters of its organisation, under a name of its own."""
        accepted = [one for one in self.cases if one.judgement.status == "accepted"]
        right = {one.source for one in accepted} | {one.delivered_as for one in accepted}
        batch: list[Landed] = []
        for number, one in enumerate([*accepted, *(self.right[source] for source in sorted(right, key=repr))]):
            one.landed_as = f"landed_{number}"
            for quarter, file in [*self._before(one.delivered_as), (one.delivered_as.quarter, one.file)]:
                receipt = Receipt(len(batch), "", "", "", 0, 0, 0, 0, NOW.isoformat())
                batch.append(Landed(receipt, Judged(len(batch), "accepted", one.landed_as, quarter, 1, []), file.rows))
        raw_filling.fill(connection, batch)

    def _before(self, one: Source) -> Iterator[tuple[str, ReadFile]]:
        """The earlier quarters of an organisation."""
        for source, right in self.right.items():
            is_its = (source.world, source.organisation) == (one.world, one.organisation)
            if is_its and source.quarter < one.quarter:
                yield source.quarter, right.file

    def _look(self) -> None:
        """What the models made of what was landed; the second door must see the same warnings."""
        by_name = {(one.landed_as, one.delivered_as.quarter): one for one in [*self.cases, *self.right.values()]}
        with duckdb.connect(str(self._home.warehouse), read_only=True) as connection:
            found = connection.execute(WARNINGS).fetchall()
            staged = connection.execute(STAGED).fetchall()
        assert sum(across_quarters.judge(self._home.warehouse).failed.values()) == len(found) > 0
        for name, quarter, figures, *codes in found:
            if one := by_name.get((name, quarter)):
                one.warnings[tuple(codes)] = figures
        for name, quarter, *cell in staged:
            if one := by_name.get((name, quarter)):
                one.staged.append(tuple(cell))

    def outcome(self, case: Case) -> str:
        """What became of a case. A warning that stood there already, with other numbers or not, is no new one."""
        if case.judgement.status != "accepted":
            said_why = any(one.level == "error" for one in case.judgement.findings)
            return case.judgement.status if said_why else "refused without a reason"
        right = self.right[case.delivered_as]
        if case.delivered_as == case.source and case.staged == right.staged:
            return "harmless"
        if case.warnings.keys() - right.warnings.keys():
            return "warned"
        return "unseen" if case.warnings.items() <= right.warnings.items() else "asked again"


@pytest.fixture(scope="module")
def gate(parsed_home: Home, tmp_path_factory: pytest.TempPathFactory, without_data_tests: None) -> Gate:
    folder = tmp_path_factory.mktemp("corruptions")
    return Gate(copied(parsed_home, folder / "home"), folder)


def told(cases: Iterable[tuple[str, Case]]) -> str:
    """Cases that came out wrong, so that each can be made again."""
    return "\n".join(
        f"{outcome}: tests.support.corruptions.corrupted({case.kind!r}, {case.seed}), {case.source}: "
        f"{case.judgement.status} {sorted({one.rule for one in case.judgement.findings})} {sorted(case.warnings)}"
        for outcome, case in cases
    )


def test_what_is_spoilt_was_valid(gate: Gate) -> None:
    wrong = [(one.judgement.status, one) for one in gate.right.values() if one.judgement.status != "accepted"]
    assert wrong == [], told(wrong)


GUARDED = [one for one in kinds().values() if not one.is_blind_spot]
BLIND_SPOTS = [one for one in kinds().values() if one.is_blind_spot]


def test_there_are_enough_kinds_and_cases_that_must_not_slip_through() -> None:
    assert len(GUARDED) >= 30
    assert len(GUARDED) * len(SEEDS) >= 2_000
    assert all(one.becomes <= {"rejected", "warned", "harmless"} for one in GUARDED)


@pytest.mark.parametrize("kind", GUARDED, ids=lambda kind: kind.name)
def test_a_corruption_is_rejected_warned_about_or_harmless(kind: Kind, gate: Gate) -> None:
    outcomes = [(gate.outcome(case), case) for case in gate.cases if case.kind == kind.name]
    wrong = [one for one in outcomes if one[0] not in kind.becomes]
    assert len(outcomes) == len(SEEDS)
    assert wrong == [], told(wrong)


@pytest.mark.parametrize("kind", BLIND_SPOTS, ids=lambda kind: kind.name)
def test_a_blind_spot_is_one(kind: Kind, gate: Gate) -> None:
    outcomes = [(gate.outcome(case), case) for case in gate.cases if case.kind == kind.name]
    wrong = [one for one in outcomes if one[0] not in kind.becomes]
    assert wrong == [], told(wrong)
    found = {outcome for outcome, _ in outcomes}
    # of what is seen or not, both
    assert found - {"warned", "rejected"}
    assert len(kind.becomes) == 1 or found & {"warned", "rejected"}


def test_the_docs_say_of_each_kind_what_becomes_of_it() -> None:
    assert blind_spots.PAGE.read_text(encoding="utf-8") == blind_spots.page(), "run `make blind-spots`"
