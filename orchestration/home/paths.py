"""The home folder (CONTRACT § 3): where everything of one monitor stands. Paths only, no reading of contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    def published(self) -> Path:
        return self.root / "published" / "werkmonitor.duckdb"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

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
        """Make the folders that a submitter or a run expects to find."""
        folders = (self.inbox, self.archive, self.feedback, self.published.parent, self.dagster, self.logs)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        return self
