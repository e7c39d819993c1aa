# make report: set up, compute what is missing, leave reports/report.html and reports/report.pdf
# make test:   set up, check style and types, run the tests
# Whether traces of Keras are replayed is decided by contents: after a fresh checkout, times of files say nothing.
PYTHON  ?= python3
RESULTS ?= results
REPORTS ?= reports
VENV    := .venv
BIN     := $(VENV)/bin
TRACES  := $(wildcard tests/golden/*.npz)

.PHONY: report test quick lint clean
.DELETE_ON_ERROR:

report: $(VENV)/ready $(RESULTS)/porting.csv
	$(BIN)/study verify --if-changed --results $(RESULTS) $(TRACES)
	$(BIN)/study run --preset standard --results $(RESULTS)
	$(BIN)/study report --results $(RESULTS) --output $(REPORTS)

quick: $(VENV)/ready
	$(BIN)/study run --preset quick --results $(RESULTS)

test: lint
	$(BIN)/pytest

lint: $(VENV)/ready
	$(BIN)/ruff format --check study tests
	$(BIN)/ruff check study tests
	$(BIN)/mypy

# The lines of PyTorch, and those of Keras where it is installed; the report says which were run.
$(RESULTS)/porting.csv: | $(VENV)/ready
	-$(BIN)/python -m study.porting --results $(RESULTS)

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV)
