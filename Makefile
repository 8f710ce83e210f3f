# What a clone needs to run: Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest

.PHONY: setup demo test test-all lint bench sample reconciliation docs snapshot blind-spots lock clean

setup: $(VENV)/.run ## make .venv with `werkmonitor` in it

demo: setup ## the whole monitor on the sample deliveries
	$(BIN)/werkmonitor demo

# one worker per module; e2e comes first, since its modules are the longest
test: $(VENV)/.dev ## the tests that need nothing but Python and make
	$(PYTEST) -m "not extra" -n 2 --dist loadscope --no-loadscope-reorder

test-all: test $(VENV)/.clients ## and those that need more, or minutes
	$(PYTEST) -m extra -n 2 --dist loadscope --no-loadscope-reorder

lint: $(VENV)/.dev
	$(BIN)/ruff check orchestration tests benchmarks
	$(BIN)/mypy

bench: $(VENV)/.dev ## speed, as ratios measured in one run, and what Dagster costs
	$(BIN)/python -m benchmarks.gate
	$(BIN)/python -m benchmarks.quarterly_run
	$(BIN)/python -m benchmarks.dagster_overhead

sample: $(VENV)/.dev ## reconstruct the sample deliveries from the published figures
	$(BIN)/python -m reconstruction

docs: $(VENV)/.run ## renew the pages and column descriptions that are made from lists
	$(BIN)/python -m orchestration.reporting.indicator_pages

reconciliation: demo ## write docs/reconciliation.md anew, from the marts of the sample
	WERKMONITOR_HOME=data/demo $(BIN)/werkmonitor reconcile --markdown docs/reconciliation.md

snapshot: $(VENV)/.dev ## write down what Dagster sees, to be reviewed
	$(BIN)/python -m tests.support.definitions_snapshot

blind-spots: $(VENV)/.dev ## write docs/blind_spots.md anew, from the ways in which the tests spoil deliveries
	$(BIN)/python -m tests.support.blind_spots

lock: ## renew the pins: names, versions and hashes, no addresses (needs uv)
	for set in run: "dev:--extra dev"; do \
		uv pip compile pyproject.toml --universal --generate-hashes --no-strip-extras --no-header --no-annotate --quiet \
			--python-version 3.11 --extra build $${set#*:} --output-file requirements/$${set%%:*}.txt; \
	done

clean:
	rm -rf $(VENV) build data

# pip compiles what it installs; without that, importing Great Expectations takes twice as long
$(VENV)/.run: pyproject.toml requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(INSTALL) --require-hashes -r requirements/dev.txt
	touch $@

# older DuckDB clients, each in a folder of its own, to open the published file with
$(VENV)/.clients: $(VENV)/.dev
	$(INSTALL) --no-deps --target build/duckdb-1.2 duckdb==1.2.2
	$(INSTALL) --no-deps --target build/duckdb-1.4 duckdb==1.4.4
	touch $@
