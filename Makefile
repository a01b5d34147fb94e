# Two commands do everything, on a fresh machine with Python 3.11, 3.12 or 3.13:
#
#   make demo    a made-up case, from files to an offline report; ends with the report's path
#   make test    style, types, layers, documents and all tests
#
# Another Python: make demo PYTHON=python3.12. Another place for it: make demo VENV=/tmp/venv.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# What an install depends on. A stamp file older than one of these is made again; else nothing is installed twice.
DECLARED = pyproject.toml constraints.txt

PIP = $(BIN)/python -m pip --disable-pip-version-check -q -q

.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help demo test venv style types layers docs unit clean

help:
	@echo "make demo    a made-up case, from files to an offline report"
	@echo "make test    style, types, layers, documents and all tests"
	@echo "make venv    only install, for developing, into $(VENV)"
	@echo "make docs    write the generated documents and schemas again"
	@echo "make clean   remove $(VENV), caches and the demo's output"
	@echo "One check alone: make style, types, layers, unit"

# --- installing

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "fininit needs Python 3.11, 3.12 or 3.13; $(PYTHON) is not that." >&2; \
	  echo "Name one: make $(or $(firstword $(MAKECMDGOALS)),demo) PYTHON=python3.12" >&2; exit 1; }
	@echo "venv      a Python environment of its own in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "On Debian and Ubuntu this needs: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.pip: $(BIN)/python
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.fininit: $(VENV)/.pip $(DECLARED)
	@echo "install   fininit and what it needs, at the versions of constraints.txt (about a minute)"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.fininit $(DECLARED)
	@echo "install   what the tests need, at the versions of constraints.txt"
	@$(PIP) install -c constraints.txt --group dev
	@touch $@

venv: $(VENV)/.dev
	@echo "ready     $(BIN)/fininit"

# --- seeing

demo: $(VENV)/.fininit
	@$(BIN)/fininit demo

# --- checking; the tests come last, so that the last lines are theirs

test: style types layers unit

style: $(VENV)/.dev
	@echo "style     ruff: rules and format"
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

types: $(VENV)/.dev
	@echo "types     mypy --strict"
	@$(BIN)/mypy --strict --no-error-summary

layers: $(VENV)/.dev
	@echo "layers    import-linter: data goes down only"
	@$(BIN)/lint-imports --no-logo >$(VENV)/layers.txt 2>&1 || { cat $(VENV)/layers.txt; exit 1; }

unit: $(VENV)/.dev
	@echo "tests     pytest"
	@$(BIN)/pytest

# --- documents and schemas that are derived from the code (the tests check that they are fresh)

docs: $(VENV)/.dev
	@$(BIN)/python docs/build.py

clean:
	@rm -rf $(VENV) build dist demo-out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find fininit tests docs examples -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "clean     $(VENV), caches and the demo's output are gone"
