# Two commands do everything from a fresh clone: make report, make test. Only make and python3 (3.11 or later) are needed.
PYTHON ?= python3
YEAR ?= 2022
BIN := .venv/bin
LAB := .venv-lab/bin

.DEFAULT_GOAL := help
.PHONY: help report example test test-all faults bench pictures lab lock clean

help: ## list the commands
	@echo "make report            build the report for $(YEAR) (another year: make report YEAR=2023)"
	@echo "make example           build the report of the openly invented county"
	@echo "make test              run all tests"
	@echo "make test-all          run them with many more random tables"
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

test: .venv/ready ## run all tests
	@mkdir -p output/tests
	@$(BIN)/python -m pytest --html=output/tests/index.html --self-contained-html; status=$$?; \
	echo "The test results are $(CURDIR)/output/tests/index.html"; exit $$status

# The same tests with many more random tables and builds; half an hour.
test-all: export LAGESRAPPORT_EXAMPLES = 1000
test-all: export LAGESRAPPORT_BUILDS = 5
test-all: test

# Thousands of broken files, every step of a build killed, every payload in every field; writes the README's table.
faults: export LAGESRAPPORT_FAULTS = full
faults: .venv/ready ## break things on purpose
	@rm -rf output/faults
	@$(BIN)/python -m pytest tests/faults
	@$(BIN)/python -m tests.faults

bench: .venv/ready .venv-bench/ready ## time a build against other ways
	@$(BIN)/python -m tests.bench

# Jupyter Book 1 alone, to measure against; newer than the report's packages it could not stand beside them.
.venv-bench/ready: pyproject.toml
	@echo "Setting up .venv-bench …"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check jupyter-book==1.0.4.post1 -e .
	@touch $@

pictures: example ## take the README's pictures of the example report
	@$(BIN)/python -m tests.pictures

lab: .venv-lab/ready ## open the notebooks
	$(LAB)/jupyter lab notebooks

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
	rm -rf .venv .venv-lab .venv-bench output/* .pytest_cache .ruff_cache .hypothesis
	find lib tests -name __pycache__ -exec rm -rf {} +
