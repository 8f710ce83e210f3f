"""The pages that are made from lists hold what the lists say."""

from __future__ import annotations

from orchestration.reporting.indicator_pages import pages


def test_the_committed_pages_are_those_that_make_docs_writes() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"


def test_no_published_percentage_is_described_without_its_base() -> None:
    descriptions = next(text for path, text in pages().items() if path.name == "_columns_measures.md")
    percentages = [line for line in descriptions.splitlines() if line.startswith("{% docs pct_")]
    assert percentages
    assert [line for line in percentages if " / " not in line] == []
