"""Where Dagster's web server, daemon and run processes find the definitions: those of the home in the environment."""

from dagster import Definitions, definitions

from orchestration.definitions.definitions import build_definitions
from orchestration.home.settings import Settings


@definitions
def defs() -> Definitions:
    return build_definitions(Settings().open_home())
