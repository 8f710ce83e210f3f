"""The home folder (CONTRACT § 3): where everything of one monitor stands. Paths only, no reading of contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.home import modes

REPOSITORY = Path(__file__).resolve().parents[2]
DBT_PROJECT = REPOSITORY / "dbt_project"
SEEDS = REPOSITORY / "seeds"
SAMPLE_DELIVERIES = SEEDS / "sample_deliveries"


@dataclass(frozen=True)
class Home:
    """The paths of one home folder."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def receipts(self) -> Path:
        return self.archive / "receipts.jsonl"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def reference(self) -> Path:
        return self.root / "reference"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def warehouse_wal(self) -> Path:
        return self.root / "warehouse.duckdb.wal"

    @property
    def published(self) -> Path:
        return self.root / "published" / "werkmonitor.duckdb"

    @property
    def published_public(self) -> Path:
        """The public file: of the newest release, small counts hidden."""
        return self.published.with_name("werkmonitor_public.duckdb")

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def release_log(self) -> Path:
        """One line per release, with the hash of its manifest."""
        return self.root / "releases.jsonl"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    @property
    def settings(self) -> Path:
        return self.root / "settings.env"

    @property
    def exists(self) -> bool:
        """Whether this folder is a home: it holds any of what only a home holds."""
        folders = (self.inbox, self.archive, self.reference)
        return self.root != SEEDS and (self.warehouse.is_file() or any(folder.is_dir() for folder in folders))

    @property
    def placed(self) -> Path:
        """What `submit` and `demo` put in the inbox themselves."""
        return self.root / ".placed"

    def reference_list(self, name: str) -> Path:
        """The CSV that a reference list is read from: the home's own when it brings one, else the project's."""
        return self.own_list(name) or self.list_of_ours(name)

    def own_list(self, name: str) -> Path | None:
        """The list that the home brings, if it does."""
        own = self.reference / f"{name}.csv"
        return own if own.exists() else None

    def list_of_ours(self, name: str) -> Path:
        """The list that the project brings."""
        return SEEDS / "reference" / f"{name}.csv"

    def create(self) -> Home:
        """Make the folders that a submitter or a run expects to find; the modes of those that are there stay theirs."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        modes.make_folder(self.root, modes.ROOT)
        self.inbox.mkdir(exist_ok=True)  # who may put files there is for the system's administrator
        for folder in (self.archive, self.feedback, self.dagster, self.logs):
            modes.make_folder(folder, modes.PRIVATE)
        modes.make_folder(self.published.parent, modes.PUBLIC)
        return self

    def create_optional(self) -> None:
        """And those that a home may do without: own lists, pages."""
        for folder in (self.reference, self.reports):
            modes.make_folder(folder, modes.PRIVATE)
