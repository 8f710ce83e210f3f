"""A folder is a home when it holds what a home holds; a typing error is told the nearest, and makes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home.nearest import NotAHome, nearest, require_usable
from orchestration.home.paths import SEEDS, Home


@pytest.mark.parametrize("name", ["inbox", "archive", "reference"])
def test_one_folder_makes_a_home(tmp_path: Path, name: str) -> None:
    assert not Home(tmp_path).exists
    (tmp_path / name).mkdir()
    assert Home(tmp_path).exists


def test_a_warehouse_makes_a_home(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").touch()
    assert Home(tmp_path).exists


def test_a_file_of_that_name_and_our_own_lists_make_none(tmp_path: Path) -> None:
    (tmp_path / "inbox").touch()
    assert not Home(tmp_path).exists
    assert not Home(SEEDS).exists


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("srv/werkmonitr", "srv/werkmonitor"),  # a letter forgotten
        ("srv/werkmonitor/inbox", "srv/werkmonitor"),  # a folder of the home
        ("srv/werkmonitor/archive/ab", "srv/werkmonitor"),
        ("srv", "srv/werkmonitor"),  # the folder that holds it
        ("srv/wrekmonitor/home", "srv/werkmonitor"),  # the error higher up
        ("data", "data/demo"),
    ],
)
def test_the_nearest_home_is_found(tmp_path: Path, typed: str, meant: str) -> None:
    for name in ("srv/werkmonitor", "srv/ander", "data/demo"):
        Home(tmp_path / name).root.mkdir(parents=True)
    for name in ("srv/werkmonitor", "data/demo"):
        Home(tmp_path / name).create()
    assert nearest(tmp_path / typed) == Home(tmp_path / meant)


def test_without_any_home_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    assert nearest(tmp_path / "leeg" / "home") is None
    assert "werkmonitor init" in str(NotAHome.of(Home(tmp_path / "leeg")))


@pytest.mark.parametrize("name", ["a?b", "a\nb", "a\x1b[2Jb", "a\u202eb"])
def test_a_path_at_which_no_home_can_stand_is_refused_and_shown_escaped(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAHome, match="mag in haar pad geen") as refused:
        require_usable(Home(tmp_path / name))
    assert "\x1b" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["o'brien", "a#b", "a%20b", "a;b", 'a"b', "sp é", "{{ env_var('X') }}", "[red]a[/red]"]
)
def test_any_other_path_will_do(tmp_path: Path, name: str) -> None:
    require_usable(Home(tmp_path / name))


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(NotAHome, match="is een bestand"):
        require_usable(Home(tmp_path / "home"))
