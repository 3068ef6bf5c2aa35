# Every command a person needs; `make help` lists them.
# Paths are relative and quoted, so that a folder with spaces in its name works.

VENV ?= .venv
PORT ?= 8501
PYTEST_ARGS ?=
WORKERS ?= 0
export VENV
ifdef PYTHON
export PYTHON
endif

PY = "$(VENV)/bin/python"
SETUP = sh scripts/setup.sh

.DEFAULT_GOAL := help
.PHONY: help run demo test check format bench audit torture fuzz setup setup-dev clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## the virtual environment with what the dashboard needs
	@$(SETUP) requirements.txt

setup-dev: ## … and what tests and checks need
	@$(SETUP) requirements-dev.txt

run: setup ## the dashboard on http://localhost:8501 (PORT=… for another port)
	@test -e "$${PERUT_STORE:-data/store}/CURRENT" || $(PY) -m analytics demo
	@headless=true; \
		if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then headless=false; fi; \
		set -x; $(PY) -m streamlit run app.py --server.address=127.0.0.1 --server.port=$(PORT) \
		--server.headless=$$headless --server.showEmailPrompt=false \
		--browser.gatherUsageStats=false

demo: setup ## put a fresh set of simulated data into the store (SEED=… for another one)
	$(PY) -m analytics demo $(if $(SEED),--seed $(SEED))

test: setup-dev ## all tests, those in the browser included (PYTEST_ARGS=… to choose, WORKERS=2 in two processes)
	@CHROMIUM=$$($(PY) scripts/chromium.py --install) || exit 1; export CHROMIUM; \
		set -x; $(PY) -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: setup-dev ## style, types and the direction of imports
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) "$(VENV)/bin/lint-imports" --no-logo

format: setup-dev ## lay out the code, and repair what ruff can repair
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: setup-dev ## speed at province scale (takes minutes and a few gigabytes of disk)
	$(PY) -m bench

torture: setup-dev ## kills, power cuts, a full disk, damage and crowds (about ten minutes)
	$(PY) -m tests.torture $(if $(SEED),--seed $(SEED))

audit: setup-dev ## known weaknesses of every pinned package (asks PyPI: needs the network)
	$(PY) -m pip_audit --strict --disable-pip --no-deps -r constraints.txt

fuzz: setup-dev ## every reader against broken files, many examples (N=…; TARGET=… SECONDS=… with atheris)
	$(if $(TARGET),$(PY) -m tests.fuzz $(TARGET) $(or $(SECONDS),300),PERUT_FUZZ_EXAMPLES=$(or $(N),2000) $(PY) -m pytest tests/fuzz)

clean: ## remove caches and the virtual environment; data and store stay
	rm -rf "$(VENV)" .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
