"""The settings of a run. The only place, with `cli.py`, that reads the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.home import Home

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Settings(BaseSettings):
    """Read from `WERKMONITOR_*` variables.

    `home`: the home folder. `now`: the moment the run believes it is (tests and simulations); the clock when empty.
    """

    model_config = SettingsConfigDict(env_prefix="WERKMONITOR_")

    home: Path = Path("data")
    now: datetime | None = None

    def moment(self) -> datetime:
        """The present as an aware UTC time; a `now` without a zone is taken as Amsterdam time."""
        if self.now is None:
            return datetime.now(UTC)
        aware = self.now if self.now.tzinfo else self.now.replace(tzinfo=AMSTERDAM)
        return aware.astimezone(UTC)

    def open_home(self) -> Home:
        """The home folder, created where needed."""
        return Home(self.home.resolve()).create()
