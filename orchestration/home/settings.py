"""The settings of a run. The only place, with `cli.py`, that reads the environment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.home.escaping import shown
from orchestration.home.nearest import NotAHome, require_usable
from orchestration.home.paths import Home

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PREFIX = "WERKMONITOR_"
# what is expected of a setting, by the name that pydantic has for what is wrong with it
EXPECTED = {
    "datetime": "een moment, zoals 2026-02-15T12:00",
    "float": "een getal, zoals 5",
    "finite_number": "een getal, zoals 5",
    "int": "een geheel getal",
    "greater_than_equal": "een getal vanaf {ge:g}",
    "bool": "on of off",
    "too_short": "een sleutel van ten minste 16 tekens",
    "less_than_equal": "een getal tot en met {le:g}",
}


class InvalidSettings(ValueError):
    """A setting cannot be what it is; the message says, in Dutch, which and what is expected, and never its value."""


def amsterdam_day(moment: datetime) -> date:
    """The day on which something happens for whoever delivers and for the calendar."""
    return moment.astimezone(AMSTERDAM).date()


class Settings(BaseSettings):
    """Read from `WERKMONITOR_*` variables and, for what is not set there, from `settings.env` in the home.

    `home`: the home folder. `now`: the moment the run believes it is (tests and simulations); the clock when empty.
    `settle_seconds`: how long a file in the inbox must stand still before it is taken.
    `retry_seconds`: the first wait after a passing fault; each next wait is three times as long.
    `webhook`, `mail_to` and the rest: where to tell of failed runs and rejected deliveries (docs/operations.md).
    `printed_documents`: whether the printed documents are about this home's figures: then those are known to all.
    `contact`: whom a release names for questions. `site_url`: where the sites of releases stand for good.
    `ui_hosts`: under which other names the web interface is reached; `ui_token`: what opens it, made anew when empty.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    home: Path = Path("data")
    now: datetime | None = None
    settle_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10
    retry_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 5
    webhook: SecretStr | None = None  # its address is its password
    mail_to: str | None = None
    mail_from: str = "werkmonitor@localhost"
    smtp_host: str = "localhost"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    printed_documents: bool = False
    contact: str = "de beheerder van deze werkmonitor"
    site_url: str = ""
    ui_hosts: str = ""
    ui_token: Annotated[SecretStr, Field(min_length=16)] | None = None

    def __init__(self, **values: Any) -> None:
        """Raises InvalidSettings, in Dutch, where pydantic has more to say and in English."""
        try:
            super().__init__(**values)
        except ValidationError as problem:
            raise InvalidSettings(_in_dutch(problem)) from None
        except UnicodeDecodeError:
            raise InvalidSettings(f"{values.get('_env_file')} is geen tekst in UTF-8; bewaar het zo.") from None

    @classmethod
    def of(cls, home: Home) -> Self:
        """The settings in force in this home: its own `settings.env` counts where the environment is silent."""
        return cls(_env_file=home.settings, _env_file_encoding="utf-8-sig", home=home.root)

    def moment(self) -> datetime:
        """The present as an aware UTC time; a `now` without a zone is taken as Amsterdam time."""
        if self.now is None:
            return datetime.now(UTC)
        aware = self.now if self.now.tzinfo else self.now.replace(tzinfo=AMSTERDAM)
        return aware.astimezone(UTC)

    def today(self) -> date:
        """The day it is in Amsterdam."""
        return amsterdam_day(self.moment())

    def home_to_read(self) -> Home:
        """The home folder as it stands, which may be none: who only reads makes no folders."""
        return Home(self.home.resolve())

    def open_home(self, new: bool = False) -> Home:
        """The home folder, completed where needed.

        Raises:
            NotAHome: the folder is no home and is not to become a `new` one, or can be none.
        """
        home = self.home_to_read()
        require_usable(home)
        if not new and not home.exists:
            raise NotAHome.of(home)
        return home.create()


def _in_dutch(problem: ValidationError) -> str:
    """What is wrong with the first setting that is wrong; its value may be a secret, and is not told."""
    error = problem.errors(include_input=False, include_url=False)[0]
    name = f"{PREFIX}{'.'.join(str(part) for part in error['loc'])}".upper()
    return shown(f"Ongeldige instelling {name}: verwacht is {expected(problem)}.")


def expected(problem: ValidationError) -> str:
    """What should have been there, in Dutch; not what was: it may be a secret."""
    error = problem.errors(include_input=False, include_url=False)[0]
    words = next((text for start, text in EXPECTED.items() if str(error["type"]).startswith(start)), "iets anders")
    return words.format(**error.get("ctx", {}))
