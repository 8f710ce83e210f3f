"""What the assets share: the home they work in, held for one writer as long as the run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr

from orchestration.home import Home
from orchestration.lock import write_claim
from orchestration.settings import Settings


class WritableHome(ConfigurableResource["WritableHome"]):
    """The home folder under its write claim: taken before a run's first step, released after its last.

    Needs the in-process executor, in which all steps of a run share one resource.
    """

    root: str
    _settings: Settings = PrivateAttr(default_factory=Settings)

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["WritableHome"]:
        purpose = context.run.job_name if context.run else "werkmonitor"
        with write_claim(self.home, purpose):
            yield self

    @property
    def home(self) -> Home:
        return Home(Path(self.root))

    @property
    def settings(self) -> Settings:
        return self._settings
