# make report: set up, compute what is missing, leave reports/report.html and reports/report.pdf
# make test:   set up, check style and types, run the tests
# make test-all: both this and the next
# make test-lowest: run the tests marked so with the lowest versions that pyproject.toml allows
# Whether traces of Keras are replayed is decided by contents: after a fresh checkout, times of files say nothing.
PYTHON  ?= python3
RESULTS ?= results
REPORTS ?= reports
VENV    := .venv
BIN     := $(VENV)/bin
LOWEST  := .venv-lowest
TRACES  := $(wildcard tests/golden/*.npz)

.PHONY: report test test-all test-lowest lint clean
.DELETE_ON_ERROR:

report: $(VENV)/ready $(RESULTS)/porting.csv $(RESULTS)/networks.json
	$(BIN)/study verify --if-changed --results $(RESULTS) $(TRACES)
	$(BIN)/study run --preset standard --results $(RESULTS)
	$(BIN)/study report --results $(RESULTS) --output $(REPORTS)

# Everything, and what is claimed of the lowest versions.
test-all: test test-lowest

# Two processes, each file of tests in one of them, so that what its tests share is made once.
test: lint
	$(BIN)/pytest --numprocesses 2 --dist loadscope

test-lowest: $(LOWEST)/ready
	LOWEST=1 $(LOWEST)/bin/pytest -m lowest --disable-warnings

lint: $(VENV)/ready
	$(BIN)/ruff format --check study tests setup.py
	$(BIN)/ruff check study tests setup.py
	$(BIN)/mypy

# The lines of PyTorch, and those of Keras where it is installed; the report says which were run.
$(RESULTS)/porting.csv: | $(VENV)/ready
	-$(BIN)/python -m study.keras.porting --results $(RESULTS)

# The networks that run in the page, weights and all.
$(RESULTS)/networks.json: | $(VENV)/ready
	$(BIN)/python -m study.networks.make --results $(RESULTS)

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

# Torch comes first and alone: its lowest version is the one of constraints.txt, and uv leaves what is there and fits.
# So pip may take it from wherever it took it for make test, and all else is still at its lowest.
$(LOWEST)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps torch uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST) --resolution lowest-direct --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(LOWEST)
