# Each target does its own set-up: a virtual environment in .venv with the versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test fast lint docs clean

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Unbead needs Python 3.11 or newer"'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP_INSTALL) torch
	$(PIP_INSTALL) -e .
	touch $@

.venv/tested: .venv/installed
	$(PIP_INSTALL) -e '.[test]'
	touch $@

demo: .venv/installed
	$(BIN)/unbead demo

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m numpydoc lint $$(find src -name '*.py')

test: lint
	$(BIN)/python -m pytest

fast: .venv/tested
	$(BIN)/python -m pytest -m "not slow and not openmm and not train"

docs: .venv/tested
	$(PIP_INSTALL) -e '.[docs]'
	$(BIN)/python -m sphinx -q -b html docs docs/_build/html

clean:
	rm -rf .venv docs/_build docs/api
