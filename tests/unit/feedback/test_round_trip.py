"""Whatever was done to a template: a copy holds every number that was sent, and none comes to count as another."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from orchestration.feedback import marked_copy
from orchestration.feedback.remarks import Remark, Told
from orchestration.home.paths import Home
from orchestration.landing.raw import raw_tables
from orchestration.quality.door import incoming
from orchestration.quality.door.incoming import Judgement
from orchestration.quality.door.incoming_frames import Candidate
from orchestration.reading import reading
from orchestration.reading.tidy import ReadFile
from tests.support import template_breaks, templates
from tests.support.broken_files import NOW
from tests.support.template_breaks import Break, breaks

MOST_TYPED = 1_000  # a number that was typed over one of ours is smaller
Numbers = set[tuple[str, ...]]


class Desk:
    """Where a file is judged and sent back."""

    def __init__(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        self.home, self.connection = home, connection

    def judge(self, path: Path) -> tuple[Judgement, ReadFile]:
        file = reading.read(path, path.name)
        judged = incoming.judge(self.connection, [Candidate(1, date(2026, 7, 1), file)])
        return judged[1], file

    def send_back(self, path: Path, judgement: Judgement) -> Path | None:
        remarks = [
            Remark(one.rule, one.level, one.location, one.found, one.expected, one.message)
            for one in judgement.findings
        ]
        told = Told(1, judgement.status, "org_040", "2024-Q1", path.name, NOW, path.name, remarks)
        copy = marked_copy.make(self.home, told)
        if copy is None:
            return None
        copy.save(self.home.archive / "kopie.xlsx")
        return self.home.archive / "kopie.xlsx"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = templates.with_few_regions(Home(tmp_path_factory.mktemp("desk")).create())
    with closing(duckdb.connect()) as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, home)
        yield Desk(home, connection)


def counted(file: ReadFile) -> Numbers:
    """Our numbers in a delivery with what they count; in which region is for who filled it in to choose."""
    return {(*row[4:8], row.clients) for row in file.rows if row.clients.isdecimal() and int(row.clients) > MOST_TYPED}


def try_out(desk: Desk, done: list[tuple[str, Break]]) -> str:
    workbook = template_breaks.filled_in()
    for _, change in done:
        change(workbook)
    path = desk.home.archive / "gestuurd.xlsx"
    workbook.save(path)
    in_it = template_breaks.numbers_in(workbook)
    sent = {(*row[3:7], row[7]) for row in template_breaks.rows() if int(row[7]) in in_it}
    judgement, file = desk.judge(path)
    if judgement.status == "accepted":
        check(counted(file), sent, done, file)
        return "accepted"
    assert judgement.findings
    copy = desk.send_back(path, judgement)
    if copy is None:
        return "no copy"
    held = template_breaks.numbers_in(load_workbook(copy))
    assert {int(one[-1]) for one in sent} <= held, "the copy lacks numbers"
    again, read = desk.judge(copy)
    if again.status == "accepted":
        check(counted(read), sent, done, read)
        return "accepted as it was sent back"
    return "refused again"


def check(delivered: Numbers, sent: Numbers, done: list[tuple[str, Break]], file: ReadFile) -> None:
    """What counts is what was sent, no number more or less, and each for what it was."""
    swapped = any("swap" in said or "header twice" in said or "other header" in said for said, _ in done)
    assert swapped or delivered == sent, (sorted(sent - delivered)[:3], sorted(delivered - sent)[:3])
    assert {one[-1] for one in delivered} == {one[-1] for one in sent}


CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@settings(max_examples=15, deadline=None, suppress_health_check=CHECKS, phases=[Phase.generate], derandomize=True)
@given(done=st.lists(breaks(), min_size=1, max_size=2))
def test_no_number_gets_lost_on_its_way_back(desk: Desk, done: list[tuple[str, Break]]) -> None:
    try_out(desk, done)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=CHECKS)
@given(done=st.lists(breaks(), min_size=1, max_size=3))
def test_no_number_gets_lost_on_its_way_back_in_many_ways(desk: Desk, done: list[tuple[str, Break]]) -> None:
    try_out(desk, done)
