"""Dagster's web server with the guard before it: a program of its own, that `serving` starts.

Arguments: `token` or `open`, the host, and then those of `dagster-webserver`.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from dagster_webserver import cli

from orchestration.home.settings import Settings
from orchestration.web.guard import App, Guard

MAKE = "create_app_from_workspace_process_context"
EVERYWHERE = ("0.0.0.0", "::", "")


def main() -> None:
    """Serve until a signal."""
    _, way, host, *arguments = sys.argv
    settings = Settings.of(Settings().home_to_read())
    token = settings.ui_token.get_secret_value() if settings.ui_token and way == "token" else None
    if way != "open" and token is None:
        sys.exit("no token given")
    names = [host, *([socket.gethostname()] if host in EVERYWHERE else [])]
    make = getattr(cli, MAKE)

    def guarded(*parts: Any, **named: Any) -> App:
        return Guard(make(*parts, **named), names, settings.ui_hosts.replace(",", " ").split(), token)

    setattr(cli, MAKE, guarded)  # there is no other way in
    sys.argv = ["dagster-webserver", *arguments]
    cli.cli()


if __name__ == "__main__":
    main()
