# One command each; every one sets up what it needs in .venv first, and a second run starts in seconds.
PYTHON ?= python3
BIN := .venv/bin
# nbgrader starts `alembic` by name, notebooks start `dot`: programs of the environment come first.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Lab finds here that the exchange, which needs a directory for all users, is switched off.
export JUPYTER_CONFIG_PATH := $(CURDIR)/grader/jupyter

.PHONY: help demo test lab build grade verify calibrate attacks bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    grade a sample class and show what comes out"
	@echo "make lab     open the course in JupyterLab"
	@echo "make test    run the whole test suite"
	@echo "make build   write the notebooks from solutions/*/*.py"
	@echo "make grade   grade what lies in submitted/"
	@echo "make verify  check the checks: wrong answers must lose points, honest variants must keep them"
	@echo "make attacks run every attack of the corpus (make test runs half of them, and a quarter of their proofs)"
	@echo "make bench   measure speed (ratios in one run)"
	@echo "make calibrate  measure again how often training checks are wrong (half an hour)"

demo: .venv/grading
	@$(BIN)/grader demo

lab: .venv/grading
	@$(BIN)/jupyter lab

build: .venv/grading
	@$(BIN)/grader build

grade: .venv/grading
	@$(BIN)/grader grade

attacks: .venv/test
	EVERY_ATTACK=1 $(BIN)/python -m pytest tests/attacks

verify: .venv/grading
	@$(BIN)/grader verify

test: .venv/test
	$(BIN)/python -m pytest

bench: .venv/test
	$(BIN)/python tests/bench/layergraph.py
	$(BIN)/python -m tests.bench.engine

calibrate: .venv/grading
	$(BIN)/python -m grader.verify.calibration

clean:
	rm -rf .venv .grader build *.egg-info

# An environment is made once, and again only when what is declared has changed.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed; $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.11 ..." % v[:2])'
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

.venv/grading: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing into .venv (about two minutes and 3 GB the first time) ..."
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[grading]'
	@touch $@

.venv/test: .venv/grading
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[grading,test]'
	@touch $@
