"""The SQL that the door runs is what dbt makes of its models."""

from __future__ import annotations

from orchestration.reporting.lists.door_sql import pages


def test_the_committed_sql_is_that_which_make_docs_writes() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"
