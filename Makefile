# One command each; every one sets up what it needs in .venv first, and a second run starts in seconds.
PYTHON ?= python3
BIN := .venv/bin
# Whole: it lies where it was made, and its pip runs. One that is half made, was moved or has lost its Python is made anew.
VENV := $(shell grep -sqF '$(CURDIR)/.venv/' .venv/bin/pip && .venv/bin/python -c 'import pip' 2>/dev/null && echo whole)
ifneq ($(VENV),whole)
# The Python itself, by its full path, also where the environment that calls make is the one to be replaced.
NAMED := $(PYTHON)
override PYTHON := $(shell '$(NAMED)' -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null)
.PHONY: .venv/bin/python
endif
# nbgrader starts `alembic` by name, notebooks start `dot`: programs of the environment come first.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# What nbgrader adds to Lab, as far as it works without an exchange, is for whoever teaches; students get the course's welcome.
export JUPYTER_CONFIG_PATH := $(CURDIR)/grader/jupyter

.PHONY: help demo check test lab teach build grade verify claims calibrate attacks bench site dist clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    grade a sample class and show what comes out"
	@echo "make lab     open the course in JupyterLab"
	@echo "make teach   the same for whoever teaches, with nbgrader's formgrader"
	@echo "make check   layout, habits, imports and types, in a minute"
	@echo "make test    run the whole test suite"
	@echo "make build   write the notebooks from solutions/*/*.py"
	@echo "make grade   grade what lies in submitted/"
	@echo "make verify  check the checks: wrong answers must lose points, honest variants must keep them"
	@echo "make claims  check the lessons: what they say they measured must hold under ten seeds"
	@echo "make attacks run every attack of the corpus (make test runs a third of them, and a few of their proofs)"
	@echo "make bench   measure speed (ratios in one run)"
	@echo "make site    the lessons with their outputs, the guide and the API as pages, in build/site"
	@echo "make dist    functional-keras and layergraph as sdists and wheels, in dist"
	@echo "make calibrate  measure again how often training checks are wrong (half an hour)"

demo: .venv/grading
	@$(BIN)/grader demo

lab: export JUPYTER_CONFIG_PATH := $(CURDIR)/grader/jupyter/student:$(CURDIR)/grader/jupyter
lab: .venv/grading
	@$(BIN)/jupyter lab $(LAB)

# Formgrader looks for instructors' notebooks, which a fresh clone does not have.
teach: .venv/grading
	@ls solutions/*/*.ipynb >/dev/null 2>&1 || $(BIN)/grader build
	@$(BIN)/jupyter lab $(LAB)

build: .venv/grading
	@$(BIN)/grader build

grade: .venv/grading
	@$(BIN)/grader grade

attacks: .venv/test
	EVERYTHING=1 $(BIN)/python -m pytest tests/attacks

verify: .venv/grading
	@$(BIN)/grader verify

claims: .venv/grading
	@$(BIN)/grader verify --claims

check: .venv/check
	$(BIN)/ruff format --check --quiet grader layergraph tests nbgrader_config.py
	$(BIN)/ruff check --quiet grader layergraph tests nbgrader_config.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

test: .venv/test
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations=60

bench: .venv/test
	$(BIN)/python tests/bench/size.py
	$(BIN)/python -m tests.bench.layergraph
	$(BIN)/python -m tests.bench.engine
	$(BIN)/python -m tests.bench.cluster --records 60 --submissions 40

# Executes all lessons the first time (ten minutes); then only those that have changed.
site: .venv/docs
	$(BIN)/sphinx-build -W --keep-going -q docs build/site
	@echo "Open build/site/index.html"

# COURSE_REPOSITORY, as for the site, is the address that links and project URLs get.
dist: .venv/test
	$(BIN)/python docs/dist.py

calibrate: .venv/grading
	$(BIN)/python -m tests.calibration

# What somebody worked on is in kept/ and stays; a course set up before that folder was there has it below .grader.
clean:
	@if [ -d .grader/kept ]; then mkdir -p kept && mv .grader/kept kept/before; fi
	rm -rf .venv .grader build dist *.egg-info layergraph/build layergraph/*.egg-info

# An environment is made once, and again only when what is declared has changed.
.venv/bin/python:
	@[ -n '$(PYTHON)' ] || { echo "There is no $(NAMED) here. Name a Python of 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@'$(PYTHON)' -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed; $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.11 ..." % v[:2])'
	@rm -rf .venv
	@'$(PYTHON)' -m venv .venv >.venv.log 2>&1 || { rm -rf .venv; '$(PYTHON)' -m venv --without-pip .venv && '$(PYTHON)' -m pip --python .venv/bin/python install --quiet pip; } >>.venv.log 2>&1 || \
	  { cat .venv.log; rm -rf .venv .venv.log; echo; echo "No environment could be made: $(PYTHON) has neither venv nor pip. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@rm -f .venv.log

.venv/grading: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing into .venv (about two minutes and 3 GB the first time) ..."
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[lab,grading]'
	@touch $@

.venv/test: .venv/grading docs/constraints.txt
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --constraint docs/constraints.txt --editable '.[lab,grading,test,docs]'
	@touch $@

.venv/check: .venv/grading
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[lab,grading,check]'
	@touch $@

.venv/docs: .venv/grading
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --constraint docs/constraints.txt --editable '.[lab,grading,docs]'
	@touch $@
