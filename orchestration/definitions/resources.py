"""What the assets share: the home they work in, held for one writer as long as the run lasts."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from dagster import ConfigurableResource, InitResourceContext

from orchestration.home.lock import write_claim
from orchestration.home.paths import Home
from orchestration.home.settings import Settings
from orchestration.running.dagster_private import interruptible_wait
from orchestration.running.failures import title
from orchestration.running.instance import live

log = logging.getLogger(__name__)


class WritableHome(ConfigurableResource["WritableHome"]):
    """The home folder under its write claim: taken before a run's first step, released after its last.

    Needs the in-process executor, in which all steps of a run share one resource.
    """

    root: str

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["WritableHome"]:
        def say(line: str) -> None:
            log.info(line)  # for the terminal
            if context.log:
                context.log.info(line)  # for the web interface

        if context.run:
            live(self.home, context.run.run_id)
        purpose = title(context.run) if context.run else "werkmonitor"
        with ExitStack() as held:
            with interruptible_wait():  # who waits can be stopped
                held.enter_context(write_claim(self.home, purpose, say))
            yield self

    @cached_property
    def home(self) -> Home:
        return Home(Path(self.root))

    @cached_property
    def settings(self) -> Settings:
        return Settings.of(self.home)
