# What a clone needs to run: Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# one worker per module; e2e comes first, since its modules are the longest
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
CODE := orchestration tests benchmarks reconstruction
TIMES ?= 50

.PHONY: help setup demo test test-all test-long test-pace lint lint-sql bench sample reconciliation docs snapshot blind-spots \
	edition lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## make .venv with the command `werkmonitor` in it

demo: setup ## install, and run the whole monitor on the sample deliveries in data/demo
	$(BIN)/werkmonitor demo

test: $(VENV)/.dev ## install, and run the tests that need nothing but Python and make
	$(PYTEST) -m "not extra and not long"

test-all: test $(VENV)/.clients ## those, and the ones that need more: a browser, LibreOffice, other DuckDB clients
	$(PYTEST) -m "extra and not long"

test-long: $(VENV)/.clients ## what takes many minutes: thousands of mutations, the full number of random pairs
	$(PYTEST) -m long

test-pace: $(VENV)/.dev ## what could hang on the machine's pace, TIMES=50 each, on a machine kept busy
	$(BIN)/python -m tests.support.under_load $(PYTEST) -m "pace and not extra and not long" --count $(TIMES)

lint: $(VENV)/.dev ## style, types and the order of the rooms
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(MAKE) --no-print-directory lint-sql

# what dbt makes of the models: sqlfluff cannot read the templates (see .sqlfluff)
LINTED := build/lint
lint-sql: $(VENV)/.dev
	@rm -rf $(LINTED) && mkdir -p $(LINTED)
	@cp profiles.yml.example $(LINTED)/profiles.yml
	WERKMONITOR_HOME=$(CURDIR)/$(LINTED) $(BIN)/dbt compile --quiet --no-introspect --select resource_type:model \
		--project-dir dbt_project --profiles-dir $(LINTED) --target-path $(CURDIR)/$(LINTED) --log-path $(LINTED)
	find $(LINTED)/compiled -name '*.sql' -not -path '*.yml/*' | xargs $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar

bench: $(VENV)/.dev ## speed, as ratios measured in one run, and what Dagster costs
	$(BIN)/python -m benchmarks.gate
	$(BIN)/python -m benchmarks.quarterly_run
	$(BIN)/python -m benchmarks.dagster_overhead

sample: $(VENV)/.dev ## reconstruct the sample deliveries from the published figures
	$(BIN)/python -m reconstruction

docs: $(VENV)/.run ## renew the pages and column descriptions that are made from lists
	$(BIN)/python -m orchestration.reporting.lists.indicator_pages
	$(BIN)/python -m orchestration.reporting.lists.door_sql

reconciliation: demo ## write docs/reconciliation.md anew, from the marts of the sample
	WERKMONITOR_HOME=data/demo $(BIN)/werkmonitor reconcile --markdown docs/reconciliation.md

snapshot: $(VENV)/.dev ## write down what Dagster sees, to be reviewed
	$(BIN)/python -m tests.support.definitions_snapshot

blind-spots: $(VENV)/.dev ## write docs/blind_spots.md anew, from the ways in which the tests spoil deliveries
	$(BIN)/python -m tests.support.blind_spots

edition: setup ## make edition NAME=2026-2: the next edition of the template, with a place for every cell of the dictionary
	$(BIN)/python -m orchestration.template.next_edition $(NAME)

lock: ## renew the pins: names, versions and hashes, no addresses (needs uv)
	for set in run: "dev:--extra dev"; do \
		uv pip compile pyproject.toml --universal --generate-hashes --no-strip-extras --no-header --no-annotate --quiet \
			--python-version 3.11 --extra build $${set#*:} --output-file requirements/$${set%%:*}.txt; \
	done

clean: ## remove what was installed and made here, data/ included
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

# other DuckDB clients, each in a folder of its own, to open the published file with (docs/connecting.md)
$(VENV)/.clients: $(VENV)/.dev
	$(INSTALL) --target build/duckdb-sqlalchemy duckdb-sqlalchemy
	$(INSTALL) --target build/duckdb-engine duckdb-engine "duckdb<2" "sqlalchemy<2.1"
	$(INSTALL) --target build/ibis "ibis-framework[duckdb]" "duckdb<2"
	$(INSTALL) --target build/frictionless frictionless
	$(INSTALL) --no-deps duckdb-cli
	$(INSTALL) --no-deps --target build/duckdb-1.2 duckdb==1.2.2
	$(INSTALL) --no-deps --target build/duckdb-1.4 duckdb==1.4.4
	touch $@
