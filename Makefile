# Two commands do everything from a fresh clone: make report, make test. Only make and python3 (3.11 or later) are needed.
PYTHON ?= python3
YEAR ?= 2022
BIN := .venv/bin
LAB := .venv-lab/bin

.DEFAULT_GOAL := help
.PHONY: help report example check test test-all faults bench pictures lab lock clean

help: ## list the commands
	@echo "make report            build the report for $(YEAR) (another year: make report YEAR=2023)"
	@echo "make example           build the report of the openly invented county"
	@echo "make check             check style, layers and types: under a minute"
	@echo "make test              run the tests: a few minutes on two cores"
	@echo "make test-all          run the rest: slow tests, and many more random tables and builds"
	@echo "make faults            break files, builds and fields on purpose, many times; an hour"
	@echo "make bench             time a build against other ways to run the same notebooks"
	@echo "make pictures          take the README's pictures of the example report"
	@echo "make lab               open the notebooks in JupyterLab"
	@echo "make lock              renew the lock files after a change in pyproject.toml"
	@echo "make clean             remove environments, reports and caches"

report: .venv/ready ## build one year's report
	@$(BIN)/lagesrapport build $(YEAR)

example: .venv/ready ## build the report of the invented county
	@$(BIN)/lagesrapport build exempel

check: .venv/ready ## check style, layers and types
	@echo "ruff check:" && $(BIN)/ruff check
	@echo "ruff format:" && $(BIN)/ruff format --check
	@echo "import-linter:" && $(BIN)/lint-imports --no-logo
	@echo "mypy:" && $(BIN)/mypy

# Each worker of pytest-xdist is a process; tests/conftest.py says which tests go to the same worker.
PYTEST = $(BIN)/python -m pytest --numprocesses=auto --dist=loadscope --html=output/tests/index.html --self-contained-html

test: .venv/ready ## run the tests that are not marked slow
	@$(PYTEST) -m "not slow"

# Also the notebooks by themselves, as a plain Jupyter runs them: their key numbers are those that are stored.
test-all: export LAGESRAPPORT_EXAMPLES = 1000
test-all: export LAGESRAPPORT_BUILDS = 5
test-all: .venv/ready .venv-lab/ready ## run the tests that make test leaves out, with many more random tables and builds
	@$(PYTEST) -m "slow or many"
	@$(BIN)/python -m pytest notebooks --numprocesses=auto --dist=loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=120

# Thousands of broken files, every step of a build killed, every payload in every field; writes docs/reliability.md.
faults: export LAGESRAPPORT_FAULTS = full
faults: .venv/ready ## break things on purpose
	@rm -rf output/faults
	@$(BIN)/python -m pytest tests/faults
	@$(BIN)/python -m tests.faults

bench: .venv/ready .venv-bench/ready ## time a build against other ways
	@$(BIN)/python -m tests.bench

# Jupyter Book 1 alone, to measure against; it needs other versions than the report's packages.
.venv-bench/ready: pyproject.toml
	@echo "Setting up .venv-bench …"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check jupyter-book==1.0.4.post1 -e .
	@touch $@

pictures: example ## take the README's pictures of the example report
	@$(BIN)/python -m tests.pictures

lab: .venv-lab/ready ## open the notebooks
	@$(LAB)/python -m lib.cli.lab

# One environment for reports and tests, another for JupyterLab: with it installed, each notebook starts over a second slower.
.venv/ready: requirements.lock pyproject.toml
	$(call environment,.venv,requirements.lock)

.venv-lab/ready: requirements-lab.lock pyproject.toml
	$(call environment,.venv-lab,requirements-lab.lock)

define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or later is needed, $(PYTHON) is older; name another with make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up $(1) (the first time only, a minute or two) …"
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(1)/ready
endef

COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet
lock: ## needs uv on the path
	echo "hatchling" | $(COMPILE) pyproject.toml - --extra dev -o requirements.lock
	echo "hatchling" | $(COMPILE) pyproject.toml - --extra dev --extra lab -c requirements.lock -o requirements-lab.lock

clean: ## remove what can be made again
	-git config --local --remove-section diff.jupyternotebook
	-git config --local --remove-section merge.jupyternotebook
	rm -rf .venv .venv-lab .venv-bench output/* .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find lib tests -name __pycache__ -exec rm -rf {} +
