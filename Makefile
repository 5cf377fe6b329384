# Every target does its own set-up; `make setup` alone makes .venv with .venv/bin/ekc.

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
PYTEST_WORKERS ?= 4

# Workers and the consoles that tests start load compiled modules instead of compiling each anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo demo-headless test test-all check format interop bench messages pictures clean

setup: $(READY)

$(READY): requirements/dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Нужен Python 3.11 или 3.12 с venv и pip."; exit 1; }
	@echo "Окружение: $$($(PYTHON) --version) в .venv"
	@$(PYTHON) -m venv .venv
	@echo "Библиотеки: ставлю по requirements/dev.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q ekc_console sip
	@touch $(READY)

demo: setup
	@$(BIN)/ekc demo

demo-headless: setup
	@$(BIN)/ekc demo --headless --calls 30 --operators 3

test: setup
	@$(BIN)/ekc engine install
	@$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal

# What is long comes after what is quick; `make test test-all` runs each test once.
test-all: test
	@$(BIN)/pytest -n 2 --dist worksteal -m long

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy bench
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

interop: setup
	@$(BIN)/ekc engine install
	@sh tests/interop/install-peers.sh
	@$(BIN)/pytest tests/interop -p no:xdist -m "long or not long"

bench: setup
	@for program in bench/*.py; do echo "== $$program"; $(BIN)/python $$program; done

messages: setup
	$(BIN)/python -m ekc_console.locale.catalogue

pictures: setup
	$(BIN)/python -m tests.support.guide docs/img
	$(BIN)/python -m tests.support.shift_guide docs/img/shift

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
