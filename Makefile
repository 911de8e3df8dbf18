# The two commands that matter: make demo, make test. `make` alone prints what there is.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PACKAGES := $(VENV)/.run
TESTING := $(VENV)/.test
BENCHING := $(VENV)/.bench
MUTATING := $(VENV)/.mutants
MUTANTS_MEET := tests/test_migrations.py $(addprefix tests/ledger/test_,accounts.py audit.py balances.py posting.py seals.py concurrency.py)
# One more than there are processors: a test that waits for a browser or a database leaves its own idle.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo run test soak bench bench-pages mutants clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(PACKAGES) ## Set everything up, lay a believable community on SQLite, and serve it (PORT=8000)
	@$(BIN)/timebank demo

run: $(PACKAGES) ## Serve the timebank of the instance folder (timebank init makes one)
	@$(BIN)/timebank serve

test: $(TESTING) ## Set everything up and run every check, on SQLite and on a PostgreSQL of its own
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

soak: $(TESTING) ## Ten minutes of random work by several processes on each database, reconciled to the last row (MINUTES=10)
	$(BIN)/python -m tests.ledger.soak --minutes $(or $(MINUTES),10) $(ARGS)

bench: $(BENCHING) ## Measure the ledger beside its floor and two others (20 minutes; benchmarks/results.md)
	$(BIN)/python -m benchmarks $(ARGS)

bench-pages: $(TESTING) ## Measure every page in a hundred large timebanks on PostgreSQL (half an hour; benchmarks/pages.md)
	$(BIN)/python -m benchmarks.pages $(ARGS)

mutants: $(MUTATING) ## Change the ledger's code a little, again and again, and see that a test fails (an hour)
	$(BIN)/mutmut run --max-children $(or $(CHILDREN),1)
	@echo "What SQLite's tests let pass is tried on both databases, each in a process of its own (docs/mutants.md):"
	@left=$$($(BIN)/mutmut results | sed -n 's/^ *\(timebank[^:]*\): .*/\1/p'); cd mutants && for mutant in $$left; do \
		MUTANT_UNDER_TEST=$$mutant timeout 300 $(abspath $(BIN))/python -m pytest -x -q $(MUTANTS_MEET) >/dev/null 2>&1 && echo "  $$mutant survives"; \
	done; true

clean: ## Throw away what was set up; the instance folder with its database stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The timebank needs Python 3.11 or later; say which with PYTHON=…"; exit 1; }
	@echo "Setting up Python's packages in $(VENV) (a minute, once) …"
	@$(PYTHON) -m venv $(VENV)

$(PACKAGES): $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres]'
	@touch $@

$(TESTING): $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres,test]'
	@touch $@ $(PACKAGES)

$(BENCHING): $(TESTING)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres,bench]'
	@touch $@

$(MUTATING): $(TESTING)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres,test,mutants]'
	@touch $@
