"""The command line (CONTRACT § 4): words and exit status only; what a command does stands in its room.

Exit status: 0 done, 1 failed and nothing newly published, 2 wrong usage, 3 something was refused.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.logging import RichHandler

from orchestration.home.paths import Home
from orchestration.home.settings import Settings

if TYPE_CHECKING:
    from orchestration.landing.submit import Checked

app = typer.Typer(
    name="werkmonitor",
    help="De monitor van trajecten naar werk in de ggz: van levering tot gepubliceerd cijfer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
WIDE = None if sys.stdout.isatty() else 160  # a log file has no edge to wrap at
console = Console(soft_wrap=True, width=WIDE)
errors = Console(stderr=True, soft_wrap=True)
CTRL_C = 130  # what Typer makes of it
DEMO_HOME = Path("data/demo")


@app.command()
def run(
    quarter: Annotated[
        str | None, typer.Option(help="Het kwartaal waar deze run voor staat; standaard het laatst afgelopen.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Eindig met status 3 als er een levering is afgekeurd.")] = False,
) -> None:
    """Verwerk de inbox: landen, toetsen, berekenen, toetsen, publiceren."""
    from orchestration.definitions.jobs import QUARTERLY_RUN

    home = _home()
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
) -> None:
    """Verwerk de inbox en sluit een jaar af; weigert zolang er verwachte leveringen ontbreken."""
    from orchestration.definitions.jobs import ANNUAL_ROLLUP, closing_config

    if accept_missing and not (reason or "").strip():
        raise typer.BadParameter("--accept-missing vraagt om een --reason.")
    home = _home()
    if f"{year}-Q4" not in _quarters(home):
        raise typer.BadParameter(f"{year} staat niet in quarters.csv.")
    _run(home, ANNUAL_ROLLUP, str(year), closing_config(accept_missing, reason))


@app.command()
def rebuild() -> None:
    """Maak het magazijn opnieuw uit het archief, en publiceer."""
    from orchestration.definitions.jobs import QUARTERLY_RUN

    home = _home()
    _run(home, QUARTERLY_RUN, _last_ended_quarter(home), {"ops": {"landing": {"config": {"from_archive": True}}}})


@app.command()
def submit(
    files: Annotated[list[Path], typer.Argument(help="De in te dienen bestanden.")],
    check: Annotated[bool, typer.Option("--check", help="Alleen toetsen, niets in de inbox zetten.")] = False,
    organisation: Annotated[
        str, typer.Option(help="Van welke organisatie de bestanden moeten zijn, bijvoorbeeld org_001.")
    ] = "",
) -> None:
    """Toets leveringen, ook aan eerdere leveringen, en zet de goede in de inbox."""
    from orchestration.landing import submit as submitting
    from orchestration.landing.levels import WrongLevels

    settings = _settings()
    home = settings.open_home()
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
        handout.hand_out(_home_to_read(), organisation, quarter, output)
    except (handout.NotAsked, handout.AlreadyFilledIn) as refusal:
        raise typer.BadParameter(str(refusal)) from None
    except (ArchiveDamaged, handout.EditionTooOld) as problem:
        _explain_and_exit(str(problem))
    console.print(f"Sjabloon voor {organisation}, {quarter}: {output}", markup=False, highlight=False)


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
    reporting.show(home, organisation, _listed_quarter(home, quarter), console)


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
        entry = acknowledging.acknowledge(settings.open_home(), finding, reason, by, settings.moment())
    except acknowledging.NotClosable as refusal:
        _explain_and_exit(str(refusal), 2)
    console.print(f"Afgesloten: {entry.organisation_id} {entry.quarter} {entry.rule}.", highlight=False)
    console.print("De gepubliceerde bevindingen volgen bij de eerstvolgende run.", highlight=False)


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
        figures = reconciliation.read(_home_to_read(), source, verdict)
    except reconciliation.NothingToReconcile as refusal:
        _explain_and_exit(str(refusal))
    if markdown is None:
        reconciliation.show(figures, console, with_exact=verdict is not None)
    else:
        markdown.write_text(reconciliation.markdown(figures), encoding="utf-8")


@app.command()
def explain(  # noqa: PLR0913  one option per key of a mart
    mart: Annotated[str, typer.Argument(help="De tabel, bijvoorbeeld region_annual.")],
    period: Annotated[str, typer.Argument(help="Het kwartaal, halfjaar of jaar: 2025-Q1, 2024-H1 of 2024.")],
    measure: Annotated[str, typer.Argument(help="De maat: een kolom van de tabel.")],
    *,
    region: Annotated[str | None, typer.Option(help="Code van de arbeidsmarktregio.")] = None,
    trajectory: Annotated[str | None, typer.Option(help="Code van het traject.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Code van de organisatie.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, voor een programma.")] = False,
) -> None:
    """Leg een cijfer uit: de formule, de getallen erin, de kwartalen en leveringen erachter, en wie ontbreekt."""
    from orchestration.reporting import explaining, explanations

    keys = {"organisation_id": organisation, "region_code": region, "trajectory": trajectory}
    question = explaining.Question(mart, period, measure, {key: value for key, value in keys.items() if value})
    try:
        explanation = explaining.explain(_home_to_read(), question)
    except explaining.CannotExplain as problem:
        _explain_and_exit(str(problem), 2)
    (explanations.print_json if as_json else explanations.show)(explanation, console)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="De poort van de webinterface.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Het adres waarop zij luistert; standaard alleen deze computer.")
    ] = "127.0.0.1",
) -> None:
    """Start Dagsters webinterface op deze home, met de roosters en de bewaking van de inbox aan."""
    from orchestration.running import serving

    try:
        serving.serve(_home(), host, port)
    except serving.NotServed as problem:
        _explain_and_exit(str(problem))


@app.command()
def demo() -> None:
    """Doe alles eens voor met de voorbeeldleveringen."""
    from orchestration.definitions.jobs import ANNUAL_ROLLUP, QUARTERLY_RUN, closing_config
    from orchestration.running import demonstration

    if "WERKMONITOR_HOME" not in os.environ:
        os.environ["WERKMONITOR_HOME"] = str(DEMO_HOME)
    home = _home()
    try:
        added = demonstration.fill_inbox(home)
    except demonstration.NotADemoHome as refusal:
        _fail(str(refusal))
    console.print(f"{added} voorbeeldleveringen in {home.inbox} gezet", highlight=False)
    _run(home, QUARTERLY_RUN, demonstration.newest_quarter())
    year = demonstration.YEAR
    _run(home, ANNUAL_ROLLUP, str(year), closing_config(accept_missing=True, reason="voorbeeld"))
    from orchestration.reporting import reconciliation
    from orchestration.reporting import status as reporting

    reporting.show(home, console)
    figures = reconciliation.read(home)
    reconciliation.show_tabel_3_1(figures, console)
    reconciliation.show_summary(figures, console)
    console.print(f"\nOpen het resultaat: {home.published}", highlight=False)


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
        _explain_and_exit(f"{problem.strerror or problem}: {problem.filename or ''}")


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
    console.print(f"{len(judged)} bestanden verwerkt, waarvan {len(refused)} afgekeurd", highlight=False)
    if held := len(ledger.received) - len(ledger.judged):
        console.print(f"{held} niet te beoordelen; de volgende run probeert het opnieuw", highlight=False)
    return len(refused)


def _print_outcome(outcome: Checked) -> None:
    """One checked file: its name, the verdict and every finding."""
    words = {"accepted": "goed", "rejected": "afgekeurd", "held": "niet te beoordelen"}
    console.print(f"{outcome.file_name}: {words[outcome.status]}", markup=False, highlight=False)
    for finding in outcome.findings:
        console.print(f"  {finding.rule} {finding.location}: {finding.message}", markup=False, highlight=False)
    if outcome.compared_with is not None and not outcome.remarks:
        against = ", ".join(outcome.compared_with) or "niets: er is geen eerdere levering"
        console.print(f"  Vergeleken met {against}.", markup=False, highlight=False)
    for remark in outcome.remarks:
        console.print(f"  Niet met eerdere leveringen vergeleken: {remark}", markup=False, highlight=False)


def _one_of(option: str, chosen: str | None, known: Iterable[str]) -> None:
    """Refuse a choice that is not known, naming those that are."""
    if chosen is not None and chosen not in known:
        raise typer.BadParameter(f"{option} {chosen} bestaat niet; kies uit {', '.join(known)}.")


def _quarters(home: Home) -> set[str]:
    """The quarters of the list."""
    from orchestration.home.reference import reference_list

    return {row["quarter"] for row in reference_list(home, "quarters")}


def _listed_quarter(home: Home, quarter: str) -> str:
    if quarter not in _quarters(home):
        raise typer.BadParameter(f"{quarter} staat niet in quarters.csv; schrijf een kwartaal als 2025-Q1.")
    return quarter


def _last_ended_quarter(home: Home) -> str:
    """The newest quarter of the list that has ended by now."""
    from orchestration.definitions.partitions import last_ended

    ended = last_ended(home, _settings().today())
    if ended is None:
        _fail("Geen enkel kwartaal van quarters.csv is afgelopen: kijk naar de systeemklok en de lijst.")
    return ended


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as problem:
        _explain_and_exit(f"Ongeldige instelling: {problem.errors()[0]['msg']} ({problem.errors()[0]['loc'][0]})", 2)


def _home() -> Home:
    return _settings().open_home()


def _home_to_read() -> Home:
    """The home as it stands: who only reads makes no folders."""
    return Home(_settings().home.resolve())


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
    errors.print(message, markup=False, highlight=False)
    raise SystemExit(status)
