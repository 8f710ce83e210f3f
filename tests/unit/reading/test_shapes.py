"""What is not needed for the cells refuses none, and what another program writes otherwise is read as meant."""

from pathlib import Path

import pytest

from orchestration.reading import as_sent, reading
from orchestration.reading.tidy import ReadFile
from tests.support import shapes
from tests.support.parts import together


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ReadFile:
    """The template as openpyxl writes it."""
    path = tmp_path_factory.mktemp("plain") / "sjabloon.xlsx"
    together(shapes.base(), path)
    return reading.read(path, path.name)


def test_there_are_at_least_forty_shapes(plain: ReadFile) -> None:
    assert len(shapes.FILES) >= 40
    assert len(plain.rows) > 70
    assert plain.findings == []


@pytest.mark.parametrize("shape", shapes.FILES)
def test_a_shape_refuses_nothing_and_loses_no_cell(tmp_path: Path, plain: ReadFile, shape: str) -> None:
    path = tmp_path / "sjabloon.xls"  # the name means nothing either
    shapes.FILES[shape](path)
    assert reading.read(path, path.name) == plain
    assert isinstance(as_sent.read(path), as_sent.Template)


def test_a_name_that_was_wiped_off_the_cover_loses_no_sheet(tmp_path: Path, plain: ReadFile) -> None:
    path, parts = tmp_path / "sjabloon.xlsx", dict(shapes.base())
    cover = parts["xl/worksheets/sheet1.xml"]
    assert b"Werk als Beste Zorg (WABZ)" in cover
    parts["xl/worksheets/sheet1.xml"] = cover.replace(b"Werk als Beste Zorg (WABZ)", b"")
    together(parts, path)
    assert reading.read(path, path.name).rows == plain.rows
