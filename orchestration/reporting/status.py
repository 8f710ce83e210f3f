"""The answer to "how do we stand?": who delivered what, what was rejected, what asks for an answer, what is published.

Reads the ledger, the inbox and the published file, never the private warehouse: it works while a run is going on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.findings.dutch import in_words
from orchestration.home import lock
from orchestration.home.escaping import shown
from orchestration.home.paths import Home
from orchestration.home.reference import completions
from orchestration.home.settings import AMSTERDAM
from orchestration.ledger import archive, receipts, soundness
from orchestration.ledger.in_force import InForce
from orchestration.ledger.receipts import Judged, Receipt
from orchestration.publishing import intruders, memory
from orchestration.publishing.opening import published_rows, published_rows_if_known
from orchestration.publishing.rows import Row
from orchestration.reporting.standing import changed_years

MOST_QUARTERS = 12  # beside each other on a terminal; the older ones are closed
MOST_WARNINGS = 10
MOST_SILENT = 10
# one row per organisation that a quarter waits for, and one without any for a quarter whose deadline has not passed
WHY_PROVISIONAL = """
    with waiting as (
        select period, organisation_id, string_agg(
            trajectory || case status when 'rejected' then ', afgekeurd' when 'withdrawn' then ', ingetrokken'
                when 'held' then ', niet te beoordelen' else '' end, '; ' order by trajectory
        ) as what
        from marts.delivery_status where expected and not delivered group by all
    )
    select period, deadline, deadline_passed, pct_organisations_delivered, organisation_id, what
    from marts.reporting_rates left join waiting using (period)
    where not deadline_passed or organisation_id is not null
    order by period, organisation_id
"""
# what the published file says of an organisation's quarter, where that says more than the version does
LEGEND = (
    "Leveringen per organisatie (v = versie, ?n = open waarschuwingen, ! = daarna iets afgekeurd, "
    "– = verwacht en niet ontvangen, × = ingetrokken, … = niet te beoordelen)"
)
UNREAD = (
    "Een map leest de werkmonitor alleen als zij de code van een organisatie als naam heeft, en dan één laag diep; "
    "zet de bestanden eruit in de inbox."
)
MARKS = {"missing": "–", "withdrawn": "×", "held": "…"}


@dataclass
class Standing:
    """All that has been sent for one organisation and quarter, and what the published file says of it."""

    version: int | None = None
    rejected_since: list[tuple[Receipt, Judged]] = field(default_factory=list)
    warnings: int = 0
    published_as: str = ""
    deferred: int | None = None

    @property
    def is_sent(self) -> bool:
        """Whether anything was ever received of it; else it is only expected."""
        return bool(self.version or self.rejected_since or self.deferred or self.published_as in {"withdrawn", "held"})

    @property
    def mark(self) -> str:
        if not self.version:
            return "!" if self.rejected_since else MARKS.get(self.published_as, "·")
        accepted = MARKS.get(self.published_as, f"v{self.version}")
        return accepted + (f"?{self.warnings}" if self.warnings else "") + ("!" if self.rejected_since else "")


def show(home: Home, console: Console, quarter: str | None = None) -> None:
    """Print the whole status, in Dutch; the open warnings of one quarter, all of them when it is named."""
    ledger = receipts.read(home.receipts)
    _show_now(home, console, waiting=len(ledger.received) - len(ledger.judged))
    for why in soundness.stopping(home, ledger, memory.head(home)):
        console.print(f"Niets wordt gepubliceerd: {shown(why)}", markup=False, highlight=False)
    warnings = _open_warnings(home, ledger)
    standings = _standings(ledger)
    _add_published(standings, home, warnings)
    delivered = {quarter for (_, quarter), standing in standings.items() if quarter and standing.is_sent}
    newest = max(delivered, default="")
    quarters = sorted({quarter for _, quarter in standings if quarter and quarter <= newest})[-MOST_QUARTERS:]
    if quarters:
        console.print(_matrix(standings, quarters))
    if silent := sorted({quarter for _, quarter in standings if quarter > newest}):
        console.print(f"Nog van niemand ontvangen: {', '.join(silent)}.", highlight=False)
    for line in _deferred(standings, ledger):
        console.print(line, markup=False, highlight=False)
    rejected = [pair for _, standing in sorted(standings.items()) for pair in standing.rejected_since]
    for receipt, judged in rejected:
        show_rejected(receipt, judged, console)
    _show_warnings(warnings, len(ledger.acknowledged), quarter, console)
    if home.published.exists():
        console.print(_published_table(home))
        for line in (*_why_provisional(home, quarter), *changed_years(home)):
            console.print(line, markup=False, highlight=False)


def show_rejected(receipt: Receipt, judged: Judged, console: Console, most: int = 5) -> None:
    """One rejected file with its first reasons."""
    whose = " ".join(part for part in (judged.organisation_id, judged.quarter) if part) or "onbekende afzender"
    what = f" {shown(whose)}: {shown(receipt.file_name)}, ontvangen {local_time(receipt.landed_at)}"
    console.print(Text.assemble(("Afgekeurd", "red"), what))
    errors = [finding for finding in judged.findings if finding["level"] == "error"]
    for finding in errors[:most]:
        text = shown(f"  {finding['rule']} {finding['location']}: {finding['message']}")
        console.print(text, markup=False, highlight=False)
    if len(errors) > most:
        console.print(f"  … en nog {len(errors) - most} bevindingen", highlight=False)


def _standings(ledger: receipts.Ledger) -> dict[tuple[str, str], Standing]:
    """Per organisation and quarter ('' where unknown): the version in force, and what was rejected after it."""
    standings: dict[tuple[str, str], Standing] = defaultdict(Standing)
    in_force = InForce(ledger)
    for number, judged in sorted(ledger.judged.items()):
        standing = standings[judged.organisation_id or "", judged.quarter or ""]
        if number in in_force.deferred:
            standing.deferred, standing.rejected_since = judged.version, []
        elif judged.status == "accepted":
            standing.version, standing.rejected_since = judged.version, []
        elif judged.status == "rejected":
            standing.rejected_since.append((ledger.received[number], judged))
    return standings


def _deferred(standings: dict[tuple[str, str], Standing], ledger: receipts.Ledger) -> Iterator[str]:
    """The quarters that are definitive, and which deliveries wait until they are reopened."""
    for quarter, locked in sorted(ledger.locks.items()):
        yield f"{quarter} is definitief (release {locked.release})."
    for (organisation, quarter), standing in sorted(standings.items()):
        if standing.deferred:
            yield shown(f"{organisation} {quarter} v{standing.deferred} is aangehouden: {quarter} is definitief.")


def _add_published(standings: dict[tuple[str, str], Standing], home: Home, warnings: list[Row]) -> None:
    """What only the published file knows: who was expected and is silent, what was withdrawn, what is asked."""
    query = """
        select organisation_id, period, max(version) as version, any_value(status) as status
        from marts.delivery_status group by all having bool_and(status in ('missing', 'withdrawn', 'held'))
    """
    for row in published_rows_if_known(home, query):
        standing = standings[row["organisation_id"], row["period"]]
        if standing.version == row["version"]:  # else something has landed since
            standing.published_as = row["status"]
    for warning in warnings:
        standings[warning["organisation_id"], warning["period"]].warnings += 1


def _open_warnings(home: Home, ledger: receipts.Ledger) -> list[Row]:
    """The published warnings that nobody has closed, also not since."""
    query = """
        select finding_id, organisation_id, period, rule, location, message from marts.findings
        where level = 'warning' and file_status = 'accepted' and status = 'open'
        order by period, organisation_id, rule, finding_id
    """
    return [row for row in published_rows_if_known(home, query) if row["finding_id"] not in ledger.acknowledged]


def _show_warnings(warnings: list[Row], closed: int, quarter: str | None, console: Console) -> None:
    """The open warnings: how many per quarter, and those of one."""
    if closed:
        console.print(f"Afgesloten waarschuwingen: {closed} (zie `werkmonitor history`).", highlight=False)
    if not warnings:
        console.print("Open waarschuwingen: geen.", highlight=False)
        return
    counts = ", ".join(f"{period} {count}" for period, count in sorted(Counter(w["period"] for w in warnings).items()))
    chosen = quarter or warnings[-1]["period"]
    console.print(f"Open waarschuwingen: {len(warnings)} ({counts}). Van {chosen}:", highlight=False)
    those = [warning for warning in warnings if warning["period"] == chosen]
    first = those if quarter else those[:MOST_WARNINGS]
    for one in first:
        line = shown(f"  {one['finding_id']} {one['organisation_id']} {one['rule']}: {one['message']}")
        console.print(line, markup=False, highlight=False)
    if len(those) > len(first):
        more = f"  … en nog {len(those) - len(first)}: `werkmonitor status --quarter {chosen}` laat ze alle zien."
        console.print(more, highlight=False)
    console.print('Afsluiten: `werkmonitor acknowledge BEVINDING --reason "…" --by NAAM`.', highlight=False)


def _show_now(home: Home, console: Console, waiting: int) -> None:
    console.print(f"Home: {shown(str(home.root))}", markup=False, highlight=False)
    busy = lock.holder(home)
    if busy:
        console.print(f"Bezig: {busy}", markup=False, highlight=False)
    inbox = len(archive.inbox_files(home)) if home.inbox.exists() else 0
    console.print(f"In de inbox: {inbox} bestand(en). Ontvangen maar nog niet beoordeeld: {waiting}.", highlight=False)
    if unread := archive.unread(home):
        console.print(f"Wordt niet gelezen: {', '.join(unread)} in de inbox. {UNREAD}", markup=False, highlight=False)
    for completion in completions(home):
        console.print(completion, markup=False, highlight=False)
    if not home.published.exists():
        console.print("Er is nog niets gepubliceerd: draai `werkmonitor run`.", highlight=False)
        return
    state = published_rows(home, "from marts.published_state")[0]
    for line in _others_there(home):
        console.print(line, markup=False, highlight=False)
    console.print(
        f"Gepubliceerd: {shown(str(home.published))}, berekend {local_time(state['built_at'].replace(tzinfo=UTC))} "
        f"met versie {state['code_version']}, methode {state['method_version']}, "
        f"op {state['deliveries_in_force']} leveringen (nieuwste: {state['newest_delivery'] or 'geen'}).",
        markup=False,
        highlight=False,
    )


def _others_there(home: Home) -> Iterator[str]:
    """What other programs do to the published file against the rules: they change what other readers see."""
    if program := intruders.writer(home):
        yield f"Let op: {program} houdt de publicatie open om te schrijven; het hoort alleen-lezen (docs/connecting.md)"
    for path in intruders.beside(home):
        yield f"Let op: {shown(path.name)} ligt naast de publicatie: lezers zien iets anders. Draai `werkmonitor run`"


def _matrix(standings: dict[tuple[str, str], Standing], quarters: list[str]) -> Table:
    table = Table(title=LEGEND, box=None, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for quarter in quarters:
        table.add_column(quarter, justify="center", no_wrap=True)
    for organisation in sorted({organisation for organisation, quarter in standings if quarter}):
        marks = [
            standings[organisation, quarter].mark if (organisation, quarter) in standings else "·"
            for quarter in quarters
        ]
        table.add_row(organisation or "(onbekend)", *marks)
    return table


def _published_table(home: Home) -> Table:
    table = Table(title="Gepubliceerd, per kwartaal", box=None, padding=(0, 1))
    columns = ("kwartaal", "organisaties", "verwacht", "geleverd", "op tijd", "cliënten", "stand")
    for column in columns:
        table.add_column(column, justify="left" if column in ("kwartaal", "stand") else "right")
    query = """
        select period, organisations, coalesce(expected_organisations, organisations_expected),
            pct_organisations_delivered, pct_organisations_on_time, clients_active,
            coalesce(period_status, 'provisional')
        from marts.national_quarterly full join marts.reporting_rates using (period) order by period
    """
    words = {"complete": "compleet", "provisional": "voorlopig"}
    for row in published_rows(home, query):
        *values, status = row.values()
        table.add_row(*(_shown(value) for value in values), words[status])
    return table


def _why_provisional(home: Home, quarter: str | None) -> Iterator[str]:
    """Per quarter that is provisional: until when it may be delivered, and who is silent about what."""
    waiting: dict[str, list[Row]] = defaultdict(list)
    for row in published_rows_if_known(home, WHY_PROVISIONAL):
        waiting[row["period"]].append(row)
    for period in [quarter] if quarter in waiting else sorted(waiting)[-MOST_QUARTERS:]:
        yield shown(f"{period} is voorlopig: {'; '.join(_reasons(waiting[period], all_of_it=quarter is not None))}.")


def _reasons(rows: list[Row], all_of_it: bool) -> Iterator[str]:
    period = rows[0]["period"]
    if not rows[0]["deadline_passed"]:
        yield f"de termijn loopt tot en met {in_words(rows[0]['deadline'])}"
    silent = [f"{row['organisation_id']} ({row['what']})" for row in rows if row["organisation_id"]]
    most = len(silent) if all_of_it else MOST_SILENT
    more = f"`werkmonitor status --quarter {period}`"
    if len(silent) > most and not rows[0]["pct_organisations_delivered"]:
        yield f"van alle {len(silent)} verwachte organisaties is niets ontvangen ({more})"
    elif silent:
        rest = [f"en nog {len(silent) - most} ({more})"] if len(silent) > most else []
        yield f"niet ontvangen: {', '.join([*silent[:most], *rest])}"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}%"
    return "" if value is None else str(value)


def local_time(moment: str | datetime) -> str:
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{aware.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"
