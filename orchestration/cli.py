"""The command line (CONTRACT § 4): words and exit status only; what a command does stands in its room.

Exit status: 0 done, 1 failed and nothing newly published, 2 wrong usage, 3 something was refused.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler

from orchestration.findings.dutch import meant
from orchestration.home.escaping import in_dutch, shown
from orchestration.home.nearest import NotAHome
from orchestration.home.paths import SEEDS, Home
from orchestration.home.reference import UnreadableList, reference_list
from orchestration.home.settings import InvalidSettings, Settings
from orchestration.reporting.usage import DutchGroup

if TYPE_CHECKING:
    from orchestration.landing.submit import Checked

app = typer.Typer(
    name="werkmonitor",
    cls=DutchGroup,
    help="De monitor van trajecten naar werk in de ggz: van levering tot gepubliceerd cijfer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
WIDE = None if sys.stdout.isatty() else 160  # a log file has no edge to wrap at
# what is printed holds names that others chose: nothing in it is markup
console = Console(soft_wrap=True, width=WIDE, markup=False, highlight=False, emoji=False)
errors = Console(stderr=True, soft_wrap=True, markup=False, highlight=False, emoji=False)
CTRL_C = 130  # what Typer makes of it
DEMO_HOME = Path("data/demo")
New = Annotated[bool, typer.Option("--new", help="Maak de home als zij er nog niet is.")]


@app.command()
def init() -> None:
    """Maak een nieuwe home in WERKMONITOR_HOME (standaard ./data)."""
    home = _settings().home_to_read()
    there = home.exists
    home = _home(new=True)
    home.create_optional()
    console.print(f"{'Dit is al een home' if there else 'Nieuwe home'}: {shown(str(home.root))}")
    console.print(f"Zet leveringen in {shown(str(home.inbox))}, en draai `werkmonitor run`.")


@app.command()
def run(
    quarter: Annotated[
        str | None, typer.Option(help="Het kwartaal waar deze run voor staat; standaard het laatst afgelopen.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Eindig met status 3 als er een levering is afgekeurd.")] = False,
    new: New = False,
) -> None:
    """Verwerk de inbox: landen, toetsen, berekenen, toetsen, publiceren."""
    from orchestration.definitions.jobs import QUARTERLY_RUN

    home = _home(new)
    if quarter is not None:
        _listed_quarter(home, quarter)
    refused = _run(home, QUARTERLY_RUN, quarter or _last_ended_quarter(home))
    if strict and refused:
        raise typer.Exit(3)


@app.command()
def rollup(
    year: Annotated[int, typer.Option(help="Het jaar dat wordt afgesloten.")],
    accept_missing: Annotated[
        bool, typer.Option(help="Sluit af terwijl er leveringen ontbreken (met --reason).")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Waarom het jaar onvolledig wordt afgesloten.")] = None,
    new: New = False,
) -> None:
    """Verwerk de inbox en sluit een jaar af; weigert zolang er verwachte leveringen ontbreken."""
    from orchestration.definitions.jobs import ANNUAL_ROLLUP, closing_config

    if accept_missing and not (reason or "").strip():
        raise typer.BadParameter("--accept-missing vraagt om een --reason.")
    home = _home(new)
    if f"{year}-Q4" not in _quarters(home):
        raise typer.BadParameter(f"{year} staat niet in quarters.csv.")
    _run(home, ANNUAL_ROLLUP, str(year), closing_config(accept_missing, reason))


@app.command()
def release(  # noqa: PLR0913  one option per word of the release
    quarter: Annotated[str, typer.Argument(help="Het kwartaal dat wordt uitgegeven, bijvoorbeeld 2025-Q1.")],
    *,
    definitive: Annotated[bool, typer.Option("--definitive", help="Leg de cijfers van het kwartaal vast.")] = False,
    note: Annotated[str, typer.Option(help="Een toelichting in de release.")] = "",
    correction: Annotated[str, typer.Option(help="Welke fout van ons deze release verbetert.")] = "",
    accept_missing: Annotated[
        bool, typer.Option(help="Maak definitief terwijl er iets ontbreekt of open staat (met --reason).")
    ] = False,
    reason: Annotated[str, typer.Option(help="Waarom dat zo wordt uitgegeven.")] = "",
) -> None:
    """Leg vast wat is gepubliceerd, als release die nooit meer verandert."""
    from orchestration.home.words import tidied
    from orchestration.releasing import making
    from orchestration.releasing.manifest import Asked
    from orchestration.releasing.readiness import NotReleasable

    reason = tidied(reason)
    if accept_missing and not reason:
        raise typer.BadParameter("--accept-missing vraagt om een --reason.")
    home = _home()
    asked = Asked(_listed_quarter(home, quarter), definitive, tidied(note), tidied(correction), accept_missing, reason)
    settings = _settings()
    try:
        outcome = making.release(home, asked, settings.moment(), settings.contact, settings.printed_documents)
    except UnreadableList as problem:
        _explain_and_exit(str(problem), 2)
    except NotReleasable as refusal:
        lines = [f"Er is geen release van {quarter} gemaakt:", *(f"  {one}" for one in refusal.reasons)]
        _explain_and_exit("\n".join(lines), 3)
    if not outcome.is_new:
        console.print(f"Gelijk aan {outcome.release}: er is geen nieuwe release gemaakt.")
        return
    console.print(f"Release {outcome.release}: {shown(str(outcome.path))}")


@app.command()
def verify(
    name: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="Alleen deze, bijvoorbeeld 2025-Q1.r1.")
    ] = None,
) -> None:
    """Kijk of releases nog zijn wat is uitgegeven; noemt elk bestand dat is veranderd, ontbreekt of er niet hoort."""
    from orchestration.releasing import verifying

    try:
        found = verifying.problems(_home_to_read(), name)
    except verifying.UnknownRelease as refusal:
        _explain_and_exit(str(refusal), 2)
    for text in found:
        console.print(shown(text))
    if found:
        raise typer.Exit(3)
    console.print("Alles is zoals het is uitgegeven.")


@app.command()
def report(
    release_name: Annotated[
        str | None, typer.Option("--release", help="Van deze release; anders van de nieuwste.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Alleen deze pagina of groep, bijvoorbeeld kwartaal/2025-Q1 of regio.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="De map waarin de site komt; anders in reports/ van de home.")
    ] = None,
) -> None:
    """Maak de site van een release: de pagina's met figuren, tabellen en duiding, uit het openbare bestand alleen."""
    from orchestration.releasing import reports

    try:
        start = reports.report(_home_to_read(), release_name, only or (), output, _settings().site_url)
    except reports.NotReported as refusal:
        _explain_and_exit(str(refusal), 2)
    console.print(f"Open de site: {shown(str(start))}")


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="RELEASE", help="De release van toen, bijvoorbeeld 2024-Q4.r1.")],
    new: Annotated[str, typer.Argument(metavar="[RELEASE|now]", help="Een latere, of wat nu is gepubliceerd.")] = "now",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Alle rijen als JSON, voor een programma.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Alle rijen als CSV.")] = False,
) -> None:
    """Zeg welke cijfers anders zijn dan in een release, en waardoor: levering, methode of alleen een status."""
    from orchestration.releasing.revisions import asked, telling
    from orchestration.releasing.revisions.sides import NotComparable
    from orchestration.releasing.verifying import UnknownRelease

    if as_json and as_csv:
        raise typer.BadParameter("Kies --json of --csv.")
    try:
        with _said_nothing(as_json or as_csv), asked.difference(_home_to_read(), old, new) as found:
            if as_json or as_csv:
                sys.stdout.write(telling.written(found.table, found.table.parent, as_json=as_json))
                return
            for line in telling.lines(found.table):
                console.print(shown(line))
    except UnknownRelease as refusal:
        _explain_and_exit(str(refusal), 2)
    except NotComparable as refusal:
        _explain_and_exit(f"Niet te vergelijken: {refusal}", 3)
    if not found.is_split:
        console.print(f"De programmatuur van {new} is hier niet: hoeveel R1 is en hoeveel R3, is niet te zeggen.")


@app.command()
def reopen(
    period: Annotated[str, typer.Argument(help="Het definitieve kwartaal (2024-Q4) of het afgesloten jaar (2024).")],
    reason: Annotated[str, typer.Option(help="Waarom de periode weer opengaat.")],
    by: Annotated[str, typer.Option(help="Wie dat zegt.")],
) -> None:
    """Open een definitief kwartaal of een afgesloten jaar weer, met een reden."""
    from orchestration.closing import reopening

    settings = _settings()
    try:
        waiting = reopening.reopen(_home(), period, reason, by, settings.moment())
    except reopening.NotReopened as refusal:
        _explain_and_exit(str(refusal), 2)
    counts = ", ".join(waiting) or "niets dat was aangehouden"
    console.print(f"Weer open: {period}. Telt vanaf de volgende run: {counts}.")


@app.command()
def rebuild(
    new: New = False,
    as_of: Annotated[
        str | None, typer.Option(help="Maak de tabellen van deze release opnieuw, in --output, en vergelijk.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="De map voor --as-of: nieuw, of leeg.")] = None,
) -> None:
    """Maak het magazijn opnieuw uit het archief, en publiceer."""
    from orchestration.definitions.jobs import QUARTERLY_RUN

    if (as_of is None) != (output is None):
        raise typer.BadParameter("--as-of en --output horen bij elkaar.")
    if as_of is not None and output is not None:
        _rebuild_as_of(as_of, output)
        return
    home = _home(new)
    _run(home, QUARTERLY_RUN, _last_ended_quarter(home), {"ops": {"landing": {"config": {"from_archive": True}}}})


@app.command()
def submit(
    files: Annotated[list[Path], typer.Argument(help="De in te dienen bestanden.")],
    check: Annotated[bool, typer.Option("--check", help="Alleen toetsen, niets in de inbox zetten.")] = False,
    organisation: Annotated[
        str, typer.Option(help="Van welke organisatie de bestanden moeten zijn, bijvoorbeeld org_001.")
    ] = "",
    new: New = False,
) -> None:
    """Toets leveringen, ook aan eerdere leveringen, en zet de goede in de inbox."""
    from orchestration.landing import submit as submitting
    from orchestration.landing.raw.levels import WrongLevels

    _require_files(files)
    settings = _settings()
    home = settings.home_to_read() if check else _home(new)
    judge = submitting.check if check else submitting.submit
    try:
        outcomes = judge(files, home, settings.moment(), organisation)
    except submitting.UnknownSender as refusal:
        raise typer.BadParameter(str(refusal)) from None
    except WrongLevels as problem:
        _explain_and_exit(str(problem), 2)
    for outcome in outcomes:
        _print_outcome(outcome)
    if any(outcome.status != "accepted" for outcome in outcomes):
        raise typer.Exit(3)


@app.command()
def template(
    organisation: Annotated[str, typer.Option(help="De code van de organisatie, bijvoorbeeld org_001.")],
    quarter: Annotated[str, typer.Option(help="Het kwartaal, bijvoorbeeld 2025-Q1.")],
    output: Annotated[Path, typer.Option(help="De te maken werkmap (.xlsx).")],
) -> None:
    """Maak het sjabloon dat een organisatie voor een kwartaal invult."""
    from orchestration.ledger.archive import ArchiveDamaged
    from orchestration.template import handout

    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter("Het sjabloon is een Excel-werkmap: geef een naam die op .xlsx eindigt.")
    try:
        handout.hand_out(_settings().home_to_read(), organisation, quarter, output)
    except (handout.NotAsked, handout.AlreadyFilledIn) as refusal:
        raise typer.BadParameter(str(refusal)) from None
    except (ArchiveDamaged, handout.EditionTooOld) as problem:
        _explain_and_exit(str(problem))
    console.print(f"Sjabloon voor {organisation}, {quarter}: {shown(str(output))}")


@app.command()
def status(
    quarter: Annotated[str | None, typer.Option(help="Laat alle open waarschuwingen van dit kwartaal zien.")] = None,
) -> None:
    """Laat zien wie wat leverde, wat is afgekeurd, wat open staat en wat is gepubliceerd."""
    from orchestration.reporting import status as reporting

    home = _home_to_read()
    reporting.show(home, console, quarter and _listed_quarter(home, quarter))


@app.command()
def history(
    organisation: Annotated[str, typer.Argument(help="De code van de organisatie, bijvoorbeeld org_001.")],
    quarter: Annotated[str, typer.Argument(help="Het kwartaal, bijvoorbeeld 2025-Q1.")],
) -> None:
    """Laat zien wat er voor een kwartaal is ontvangen, en wat er van versie tot versie is veranderd."""
    from orchestration.reporting import history as reporting

    home = _home_to_read()
    try:
        reporting.show(home, organisation, _listed_quarter(home, quarter), console)
    except reporting.UnknownOrganisation as problem:
        raise typer.BadParameter(str(problem)) from None


@app.command()
def acknowledge(
    finding: Annotated[str, typer.Argument(help="De waarschuwing, zoals `werkmonitor status` haar noemt.")],
    reason: Annotated[str, typer.Option(help="Waarom het cijfer toch klopt.")],
    by: Annotated[str, typer.Option(help="Wie dat zegt.")],
) -> None:
    """Sluit een waarschuwing af met een reden."""
    from orchestration.closing import warnings as acknowledging

    settings = _settings()
    try:
        entry = acknowledging.acknowledge(_home(), finding, reason, by, settings.moment())
    except acknowledging.NotClosable as refusal:
        _explain_and_exit(str(refusal), 2)
    console.print(f"Afgesloten: {entry.organisation_id} {entry.quarter} {entry.rule}.")
    console.print("De gepubliceerde bevindingen volgen bij de eerstvolgende run.")


@app.command()
def check() -> None:
    """Kijk of register, archief en publicatie nog zijn wat zij waren; noemt elk gebrek."""
    from orchestration.reporting import checking

    if not checking.show(_home_to_read(), console):
        raise typer.Exit(1)


@app.command()
def void(
    line: Annotated[int, typer.Argument(help="De regel van het register, zoals `werkmonitor check` haar noemt.")],
    reason: Annotated[str, typer.Option(help="Waarom de regel niet meer telt.")],
    by: Annotated[str, typer.Option(help="Wie dat zegt.")],
) -> None:
    """Laat een regel van het register met een reden vervallen; wat verloren ging, komt weer uit het archief."""
    from orchestration.closing import voiding

    settings = _settings()
    try:
        outcome = voiding.void(_home(), line, reason, by, settings.moment())
    except voiding.NotVoidable as refusal:
        _explain_and_exit(str(refusal), 2)
    console.print(f"Vervallen: {outcome.about}.", markup=False, highlight=False)
    for one in outcome.taken_again:
        console.print(f"Weer uit het archief: bestand {one.receipt} ({one.file_name}).", markup=False, highlight=False)
    for pair in outcome.entry.lost:
        console.print(f"Telt niet meer mee: {' '.join(pair)}.", markup=False, highlight=False)
    console.print("De publicatie volgt bij de eerstvolgende run.", highlight=False)


@app.command()
def reread(
    receipt: Annotated[int, typer.Argument(help="Het nummer van het bestand, zoals de run of `history` het noemt.")],
    reason: Annotated[str, typer.Option(help="Waarom het bestand nu goed wordt gelezen.")],
    by: Annotated[str, typer.Option(help="Wie dat zegt.")] = "",
) -> None:
    """Neem een geaccepteerd bestand over zoals het nu wordt gelezen, met een reden."""
    from orchestration.closing import rereading
    from orchestration.ledger.archive import ArchiveDamaged

    settings = _settings()
    try:
        entry = rereading.reread(_home(), receipt, reason, by, settings.moment())
    except rereading.NotReread as refusal:
        _explain_and_exit(str(refusal), 2)
    except ArchiveDamaged as problem:
        _explain_and_exit(str(problem))
    console.print(f"Overgenomen: bestand {receipt}, {entry.cells} cellen.", highlight=False)
    console.print("De publicatie volgt bij de eerstvolgende run.", highlight=False)


@app.command()
def reconcile(
    source: Annotated[str | None, typer.Option(help="Alleen dit document, bijvoorbeeld annual_2024.")] = None,
    verdict: Annotated[str | None, typer.Option(help="Alleen dit oordeel, bijvoorbeeld differs of exact.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Schrijf de lijst als pagina naar dit bestand.")] = None,
) -> None:
    """Leg de gepubliceerde cijfers van de rapporten naast de berekende, met per cijfer een oordeel."""
    from orchestration.reporting import reconciliation

    _one_of("--source", source, reconciliation.SOURCES)
    _one_of("--verdict", verdict, reconciliation.VERDICTS)
    try:
        home = _home_to_read()
        figures = reconciliation.read(home, source, verdict)
        claims = reconciliation.read_claims(home, source)
        contradictions = reconciliation.read_contradictions(home)
    except reconciliation.NothingToReconcile as refusal:
        _explain_and_exit(str(refusal))
    if markdown is None:
        reconciliation.show(figures, console, with_exact=verdict is not None)
        if verdict is None:
            reconciliation.show_claims(claims, console)
    else:
        markdown.write_text(reconciliation.markdown(figures, contradictions, claims), encoding="utf-8")


@app.command()
def explain(  # noqa: PLR0913  one option per key of a mart
    what: Annotated[
        str, typer.Argument(metavar="TABEL", help="De tabel, bijvoorbeeld figures; of alleen een sleutel daaruit.")
    ],
    period: Annotated[str, typer.Argument(help="Het kwartaal, halfjaar of jaar: 2025-Q1, 2024-H1 of 2024.")] = "",
    measure: Annotated[str, typer.Argument(help="De maat: een kolom van de tabel, of de maat in figures.")] = "",
    *,
    region: Annotated[str, typer.Option(help="Code van de arbeidsmarktregio.")] = "",
    trajectory: Annotated[str, typer.Option(help="Code van het traject, of van trajecten samen zoals all.")] = "",
    organisation: Annotated[str, typer.Option(help="Code van de organisatie.")] = "",
    breakdown: Annotated[str, typer.Option(help="De verdeling, bijvoorbeeld funding (figures en changes).")] = "",
    category: Annotated[str, typer.Option(help="De categorie daarin, bijvoorbeeld uwv.")] = "",
    comparison: Annotated[str, typer.Option(help="Waarmee vergeleken, bijvoorbeeld previous_year (changes).")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, voor een programma.")] = False,
) -> None:
    """Leg een cijfer uit: de formule, de getallen erin, de kwartalen en leveringen erachter, en wie ontbreekt."""
    from orchestration.reporting.explaining import explain as explaining
    from orchestration.reporting.explaining import shown as explanations
    from orchestration.reporting.explaining.asked import CannotExplain

    keys = {"organisation_id": organisation, "region_code": region, "trajectory": trajectory}
    keys |= {"breakdown": breakdown, "category": category, "comparison": comparison}
    try:
        question = explaining.asked(what, period, measure, {key: value for key, value in keys.items() if value})
        explanation = explaining.explain(_home_to_read(), question)
    except CannotExplain as problem:
        _explain_and_exit(str(problem), 2)
    (explanations.print_json if as_json else explanations.show)(explanation, console)


@app.command()
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="De poort van de webinterface.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Het adres waarop zij luistert; standaard alleen deze computer.")
    ] = "127.0.0.1",
    without_token: Annotated[
        bool, typer.Option("--without-token", help="Geen sleutel in het adres: er staat al een aanmelding voor.")
    ] = False,
    new: New = False,
) -> None:
    """Start Dagsters webinterface op deze home, met de roosters en de bewaking van de inbox aan."""
    from orchestration.running import serving

    try:
        serving.serve(_home(new), host, port, with_token=not without_token)
    except serving.NotServed as problem:
        _explain_and_exit(str(problem))


@app.command()
def demo() -> None:
    """Doe alles eens voor met de voorbeeldleveringen."""
    from orchestration.definitions.jobs import ANNUAL_ROLLUP, QUARTERLY_RUN, closing_config
    from orchestration.running import demonstration

    if "WERKMONITOR_HOME" not in os.environ:
        os.environ["WERKMONITOR_HOME"] = str(DEMO_HOME)
    home = _home(new=True)
    try:
        demonstration.fill_inbox(home)
    except demonstration.NotADemoHome as refusal:
        _fail(str(refusal))
    received = demonstration.receive(home, _settings().moment())
    console.print(f"{received} voorbeeldleveringen ontvangen in {shown(str(home.root))}")
    _run(home, QUARTERLY_RUN, demonstration.newest_quarter())
    year = demonstration.YEAR
    _run(home, ANNUAL_ROLLUP, str(year), closing_config(accept_missing=True, reason="voorbeeld"))
    from orchestration.reporting import reconciliation
    from orchestration.reporting import status as reporting

    reporting.show(home, console)
    figures = reconciliation.read(home)
    reconciliation.show_tabel_3_1(figures, console)
    reconciliation.show_summary(figures, console)
    console.print(f"\nOpen het resultaat: {shown(str(home.published))}")


@contextmanager
def _said_nothing(quiet: bool) -> Iterator[None]:
    """No line of the log among rows that a program reads."""
    logger = logging.getLogger("orchestration")
    level = logger.level
    try:
        if quiet:
            logger.setLevel(logging.CRITICAL)
        yield
    finally:
        logger.setLevel(level)


def entry() -> None:
    """The installed command: `main`, and out at once. Python would spend seconds on taking a run's objects apart."""
    try:
        main()
    except SystemExit as end:
        atexit._run_exitfuncs()  # what libraries put off to the end, such as removing a temporary folder
        os._exit(end.code if isinstance(end.code, int) else bool(end.code))


def main() -> None:
    """The command in this process: plain lines, no traceback for what a user can cause."""
    _configure_logging()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except SystemExit as end:
        if end.code != CTRL_C:
            raise
        _explain_and_exit("Afgebroken; er is niets nieuws gepubliceerd. Begin gerust opnieuw.")
    except OSError as problem:
        _explain_and_exit(in_dutch(problem))


def _rebuild_as_of(release: str, output: Path) -> None:
    """Make the tables of a release again, and say what differs; exit 3 when anything does."""
    from orchestration.releasing import as_of, verifying

    try:
        rebuilt = as_of.rebuild(_home_to_read(), release, output)
    except verifying.UnknownRelease as refusal:
        _explain_and_exit(str(refusal), 2)
    except as_of.NotRebuilt as refusal:
        _explain_and_exit(str(refusal), 3)
    if rebuilt.other_code:
        console.print(f"De programmatuur is een andere dan die van {release}: elk verschil is R3.")
    for text in rebuilt.differences:
        console.print(shown(text))
    if rebuilt.differences:
        raise typer.Exit(3)
    console.print(f"Gelijk aan {release}: {rebuilt.equal} tabellen.")


def _run(home: Home, job: str, partition: str, config: dict[str, object] | None = None) -> int:
    """Run a job; prints what was refused and returns how many files that were. Exits 1 when the job fails."""
    from orchestration.definitions.execution import JobFailed, run_job
    from orchestration.ledger import receipts
    from orchestration.reporting.status import show_rejected

    before = set(receipts.read(home.receipts).judged)
    try:
        run_job(home, job, partition, config)
    except JobFailed as failure:
        if failure.published:
            _explain_and_exit(f"De cijfers zijn gepubliceerd, maar daarna ging iets mis.\n{failure}")
        _fail(str(failure))
    ledger = receipts.read(home.receipts)
    judged = [entry for number, entry in sorted(ledger.judged.items()) if number not in before]
    refused = [entry for entry in judged if entry.status == "rejected"]
    for entry in refused:
        show_rejected(ledger.received[entry.receipt], entry, console)
    console.print(f"{len(judged)} bestanden verwerkt, waarvan {len(refused)} afgekeurd")
    if held := len(ledger.received) - len(ledger.judged):
        console.print(f"{held} niet te beoordelen; de volgende run probeert het opnieuw")
    return len(refused)


def _print_outcome(outcome: Checked) -> None:
    """One checked file: its name, the verdict and every finding."""
    words = {"accepted": "goed", "rejected": "afgekeurd", "held": "niet te beoordelen"}
    console.print(f"{shown(outcome.file_name)}: {words[outcome.status]}")
    for finding in outcome.findings:
        console.print(f"  {finding.rule} {shown(finding.location)}: {shown(finding.message)}")
    if outcome.is_deferred:
        quarter = outcome.quarter
        console.print(f"  Wordt aangehouden: {quarter} is definitief. Telt na `werkmonitor reopen {quarter}`.")
    if outcome.compared_with is not None and not outcome.remarks:
        against = ", ".join(outcome.compared_with) or "niets: er is geen eerdere levering"
        besides = f"; niet met wat nog in de inbox wacht ({outcome.waiting})" if outcome.waiting else ""
        console.print(f"  Vergeleken met {against}{besides}.")
    for remark in outcome.remarks:
        console.print(f"  Niet met eerdere leveringen vergeleken: {shown(remark)}")


def _require_files(files: Iterable[Path]) -> None:
    """Refuse what is no file: a typing error is not a delivery that was rejected."""
    for file in files:
        if not os.path.lexists(file):
            raise typer.BadParameter(f"Er is geen bestand {shown(str(file))}; kijk of de naam klopt.")
        if file.is_dir():
            raise typer.BadParameter(f"{shown(str(file))} is een map; noem de bestanden erin.")


def _one_of(option: str, chosen: str | None, known: Collection[str]) -> None:
    """Refuse a choice that is not known, naming those that are."""
    if chosen is not None and chosen not in known:
        raise typer.BadParameter(f"{option} {chosen} bestaat niet; kies uit {', '.join(known)}.{meant(chosen, known)}")


def _quarters(home: Home) -> set[str]:
    """The quarters of the list."""
    return {row["quarter"] for row in reference_list(home, "quarters")}


def _listed_quarter(home: Home, quarter: str) -> str:
    if quarter not in (known := _quarters(home)):
        near = meant(quarter, known)
        raise typer.BadParameter(f"{quarter} staat niet in quarters.csv; schrijf een kwartaal als 2025-Q1.{near}")
    return quarter


def _last_ended_quarter(home: Home) -> str:
    """The newest quarter of the list that has ended by now."""
    from orchestration.definitions.partitions import last_ended

    ended = last_ended(home, _settings().today())
    if ended is None:
        _fail("Geen enkel kwartaal van quarters.csv is afgelopen: kijk naar de systeemklok en de lijst.")
    return ended


def _settings() -> Settings:
    """The settings in force, those of the home's own file too."""
    try:
        return Settings.of(Settings().home_to_read())
    except InvalidSettings as problem:
        _explain_and_exit(str(problem), 2)


def _home(new: bool = False) -> Home:
    """The home to work in; made when that is asked for, and refused when it is none."""
    try:
        home = _settings().open_home(new)
        _require_lists(home)
    except NotAHome as refusal:
        _explain_and_exit(str(refusal), 2)
    return home


def _home_to_read() -> Home:
    """The home as it stands: who only reads makes no folders."""
    home = _settings().home_to_read()
    if not home.exists:
        _explain_and_exit(str(NotAHome.of(home)), 2)
    return home


def _require_lists(home: Home) -> None:
    """Refuse own lists that cannot be read before anything is done by them."""
    try:
        for own in sorted(home.reference.glob("*.csv")):
            if home.reference_list(own.stem) == own and (SEEDS / "reference" / own.name).exists():
                reference_list(home, own.stem)
    except UnreadableList as problem:
        _explain_and_exit(str(problem), 2)


def _configure_logging() -> None:
    handler: logging.Handler = RichHandler(console=console, show_path=False, show_level=False)
    if not console.is_terminal:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries have to say is in logs/ and Dagster's events
    logger = logging.getLogger("orchestration")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False


def _fail(message: str) -> NoReturn:
    _explain_and_exit(f"Mislukt, er is niets nieuws gepubliceerd.\n{message}")


def _explain_and_exit(message: str, status: int = 1) -> NoReturn:
    errors.print("\n".join(shown(line) for line in message.splitlines()))
    raise SystemExit(status)
