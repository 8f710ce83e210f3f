"""What the command line says, where no run is needed to hear it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.definitions import execution
from orchestration.home.paths import SAMPLE_DELIVERIES, Home
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Judged, Receipt
from tests.support.commands import start
from tests.support.commands import werkmonitor_here as here

SAMPLE = SAMPLE_DELIVERIES / "2025-Q1" / "org_009.csv"


def test_a_run_says_how_many_files_it_could_not_judge(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = Receipt(1, "0" * 64, "00/0.csv", "a.csv", 1, 0, 0, 0, "2026-01-01T00:00:00+00:00")

    def run_job(home: Home, *_: object) -> None:
        receipts.append(home.receipts, [receipt])  # a file without a verdict: its check crashed

    monkeypatch.setattr(execution, "run_job", run_job)
    output = here(home, "run")
    assert "0 bestanden verwerkt" in output
    assert "1 niet te beoordelen; de volgende run probeert het opnieuw" in output


WRITING = [["run"], ["rollup", "--year", "2024"], ["rebuild"], ["ui"], ["submit", str(SAMPLE)]]
READING = [
    ["status"],
    ["history", "org_001", "2024-Q1"],
    ["explain", "national_annual", "2024", "clients_active"],
    ["reconcile"],
    ["acknowledge", "abc", "--reason", "a", "--by", "b"],
]


@pytest.mark.parametrize("arguments", WRITING + READING, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize("empty", [True, False], ids=["an empty folder", "no folder"])
def test_a_mistyped_home_is_wrong_usage_names_the_nearest_and_makes_nothing(
    home: Home, arguments: list[str], empty: bool
) -> None:
    typed = Home(home.root.with_name("hoem"))
    if empty:
        typed.root.mkdir()
    output = here(typed, *arguments, expect=2)
    assert str(typed.root) in output and str(home.root) in output and "werkmonitor init" in output
    assert sorted(typed.root.parent.iterdir()) == sorted([home.root, *([typed.root] if empty else [])])
    assert not empty or list(typed.root.iterdir()) == []


def test_what_needs_no_home_makes_none(tmp_path: Path) -> None:
    nowhere = Home(tmp_path / "nergens")
    here(nowhere, "submit", "--check", str(SAMPLE), WERKMONITOR_NOW="2026-02-15T12:00")
    here(nowhere, "template", "--organisation", "org_001", "--quarter", "2025-Q1", "--output", str(tmp_path / "a.xlsx"))
    assert not nowhere.root.exists()


def test_init_makes_a_home_and_says_so_twice(tmp_path: Path) -> None:
    new = Home(tmp_path / "srv" / "home")
    assert "Nieuwe home" in here(new, "init")
    assert "Dit is al een home" in here(new, "init")
    assert new.exists


def test_new_makes_the_home_that_a_command_needs(tmp_path: Path) -> None:
    new = Home(tmp_path / "home")
    here(new, "submit", "--new", str(SAMPLE), WERKMONITOR_NOW="2026-02-15T12:00")
    assert len(list(new.inbox.iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ui", "--port", "70000"], "--port is verkeerd: verwacht is een getal tot en met 65535."),
        (["ui", "--port", "0"], "--port is verkeerd: verwacht is een getal vanaf 1."),
        (["ui", "--port", "drie"], "--port is verkeerd: verwacht is een geheel getal."),
        (["ui", "--port"], "Achter --port hoort een waarde."),
        (["rollup"], "Er ontbreekt iets: --year."),
        (["rollup", "--year", "heel"], "--year is verkeerd: verwacht is een geheel getal."),
        (["runn"], "Het commando runn bestaat niet. Bedoelde u 'run'?"),
        (["run", "--strikt"], "De optie --strikt bestaat niet."),
        (["run", "--strict=ja"], "Achter --strict hoort geen waarde."),
        (["status", "te", "veel"], "Dit is te veel: te veel"),
        (["explain", "national_annual"], "Noem achter national_annual ook de periode en de maat"),
        (["status", "--quarter", "2025Q1"], "Bedoelde u 2025-Q1"),
        (["history", "org_01", "2025-Q1"], "Er is geen organisatie org_01. Bedoelde u org_0"),
        (["reconcile", "--verdict", "exakt"], "Bedoelde u exact?"),
        (["template", "--organisation", "org_01", "--quarter", "2025-Q1", "--output", "a.xlsx"], "Bedoelde u org_0"),
        (["submit", "weg\x1b[2J.csv"], "Er is geen bestand weg\\x1b[2J.csv"),
        (["submit", "."], "is een map"),
        (["submit", "--check", "weg.csv"], "Er is geen bestand weg.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_typed_wrong_is_said_in_dutch(home: Home, arguments: list[str], says: str) -> None:
    output = here(home, *arguments, expect=2)
    assert says in output
    english = ("Usage", "Error", "Invalid", "valid", "Missing", "No such", "Try", "unexpected", "requires", "argument")
    assert not [word for word in english if word in output]


def test_a_path_that_is_not_there_rejects_nothing_and_places_nothing(home: Home) -> None:
    here(home, "submit", str(SAMPLE), "weg.csv", expect=2, WERKMONITOR_NOW="2026-02-15T12:00")
    assert list(home.inbox.iterdir()) == []


@pytest.mark.parametrize("value", ["70000", "poort"])
def test_an_invalid_setting_in_the_home_is_wrong_usage(home: Home, value: str) -> None:
    home.settings.write_text(f"WERKMONITOR_SMTP_PORT={value}\n", encoding="utf-8")
    assert "Ongeldige instelling WERKMONITOR_SMTP_PORT" in here(home, "status", expect=2)
    assert "Ongeldige instelling WERKMONITOR_SMTP_PORT" in here(home, "run", expect=2)


def test_an_own_list_that_cannot_be_read_stops_a_run_before_it_begins(home: Home) -> None:
    home.reference.mkdir()
    (home.reference / "regions.csv").write_text("regio;naam\na;b\n", encoding="utf-8")
    assert "regions.csv mist de kolom region_code" in here(home, "run", expect=2)
    assert not home.warehouse.exists()


NASTY = "a\x1b[2J[red]\nb:smile:.csv"


def test_the_name_of_a_file_is_shown_and_not_obeyed(home: Home, tmp_path: Path) -> None:
    path = tmp_path / NASTY
    path.write_text("organisation_id;\x1b[31mkwartaal\n", encoding="utf-8")
    output = here(home, "submit", "--check", str(path), expect=3)
    assert "a\\x1b[2J[red]\\nb:smile:.csv: afgekeurd" in output
    assert "\x1b" not in output


def test_a_rejected_file_in_the_status_is_shown_and_not_obeyed(home: Home) -> None:
    found = {"rule": "E201", "level": "error", "location": "rij 1", "message": "gevonden: \x1b[2J[bold]x"}
    receipts.append(
        home.receipts,
        [
            Receipt(1, "0" * 64, "00/0.csv", NASTY, 1, 0, 0, 0, "2026-01-01T00:00:00+00:00"),
            Judged(1, "rejected", None, None, None, [found]),
        ],
    )
    output = here(home, "status")
    assert "a\\x1b[2J[red]\\nb:smile:.csv" in output and "gevonden: \\x1b[2J[bold]x" in output
    assert "\x1b" not in output


def test_what_the_system_refuses_is_said_in_dutch(home: Home) -> None:
    home.receipts.mkdir()
    running = start(home, "status")
    output = running.wait()
    assert running.returncode == 1
    assert "is een map, geen bestand" in output and "Traceback" not in output
