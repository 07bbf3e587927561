# Two commands are all it takes: `make run` starts Tribune, `make test` runs every test.
# Needed beforehand: Python 3.11 or later with venv, make, git.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config.example.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
SOURCES := bot adapters feeds storage tests bench

.PHONY: run check test bench lock clean

run: $(VENV)/.installed
	@exec $(BIN)/tribune --config $(CONFIG) run

# What needs no server and no browser: style, types, the arrows between packages, docs and examples.
check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/unit/docs

# TESTS=tests/unit runs a part of them.
test: $(VENV)/.installed-dev
	$(BIN)/pytest $(TESTS)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench

# The locks hold for every platform and every Python that Tribune runs on, with hashes, and name no index.
lock: $(VENV)/.installed-dev
	deploy/lock.sh $(BIN)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# A Python that has gone from the machine takes its environment along.
ifneq ($(shell $(BIN)/python -c 'print("works")' 2>/dev/null),works)
$(shell rm -f $(VENV)/.made $(VENV)/.installed $(VENV)/.installed-dev)
endif

$(VENV)/.made:
	@deploy/venv.sh $(VENV)
	@touch $@

# The hashes are of the packages as published; our own package is installed without any, from this folder.
$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.made
	@echo "Installing what Tribune needs (the first time takes a minute) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
