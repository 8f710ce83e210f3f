"""The page that tells what was found in a delivery: one file, no script, nothing from elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.feedback.remarks import Remark, Told, in_order
from orchestration.findings.dutch import in_words
from orchestration.home.settings import AMSTERDAM

REPAIRED = ("E802", "E803")  # what the copy itself puts right


def render(told: Told, organisation_name: str, copy_name: str | None) -> str:
    """The page; whatever came out of a file is escaped."""
    whose = " ".join(filter(None, [organisation_name, f"({told.organisation_id})" if told.organisation_id else ""]))
    return _template().render(
        told=told,
        title=f"Terugkoppeling op uw levering over {told.quarter}" if told.quarter else "Terugkoppeling op uw levering",
        whose=whose or "Afzender onbekend",
        landed_at=_moment(told.landed_at),
        standing=_moment(told.standing) if told.standing else None,
        copy_name=copy_name,
        repaired=any(one.rule in REPAIRED for one in told.remarks),
        sections=list(_sections(told)),
    )


def _sections(told: Told) -> list[tuple[str, list[Remark]]]:
    open_ones = [one for one in in_order(told.remarks) if not one.is_closed]
    sections = {
        "Fouten": [one for one in open_ones if one.level == "error"],
        "Waarschuwingen": [one for one in open_ones if one.level == "warning"],
        "Afgesloten waarschuwingen": [one for one in told.remarks if one.is_closed],
        "Ter informatie": [one for one in open_ones if one.level == "info"],
    }
    return [(f"{heading} ({len(remarks)})", remarks) for heading, remarks in sections.items() if remarks]


def _moment(moment: datetime) -> str:
    local = moment.astimezone(AMSTERDAM)
    return f"{in_words(local.date())} om {local:%H:%M}"


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.get_template("page.html.j2")
