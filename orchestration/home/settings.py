"""The settings of a run. The only place, with `cli.py`, that reads the environment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.home.paths import Home

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def amsterdam_day(moment: datetime) -> date:
    """The day on which something happens for whoever delivers and for the calendar."""
    return moment.astimezone(AMSTERDAM).date()


class Settings(BaseSettings):
    """Read from `WERKMONITOR_*` variables and, for what is not set there, from `settings.env` in the home.

    `home`: the home folder. `now`: the moment the run believes it is (tests and simulations); the clock when empty.
    `settle_seconds`: how long a file in the inbox must stand still before it is taken.
    `retry_seconds`: the first wait after a passing fault; each next wait is three times as long.
    `webhook`, `mail_to` and the rest: where to tell of failed runs and rejected deliveries (docs/operations.md).
    """

    model_config = SettingsConfigDict(env_prefix="WERKMONITOR_", extra="ignore")

    home: Path = Path("data")
    now: datetime | None = None
    settle_seconds: float = 10
    retry_seconds: float = 5
    webhook: str | None = None
    mail_to: str | None = None
    mail_from: str = "werkmonitor@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None

    @classmethod
    def of(cls, home: Home) -> Self:
        """The settings in force in this home: its own `settings.env` counts where the environment is silent."""
        return cls(_env_file=home.root / "settings.env", home=home.root)  # type: ignore[call-arg]  # pydantic's own

    def moment(self) -> datetime:
        """The present as an aware UTC time; a `now` without a zone is taken as Amsterdam time."""
        if self.now is None:
            return datetime.now(UTC)
        aware = self.now if self.now.tzinfo else self.now.replace(tzinfo=AMSTERDAM)
        return aware.astimezone(UTC)

    def today(self) -> date:
        """The day it is in Amsterdam."""
        return amsterdam_day(self.moment())

    def open_home(self) -> Home:
        """The home folder, created where needed."""
        return Home(self.home.resolve()).create()
