# Everything a newcomer or a change needs, each by one word. `make help` lists them.

PYTHON ?= python3
SETUP  := $(PYTHON) scripts/setup.py
BIN    := .venv/bin
SOURCES := benchmarks components platform/pavedroad policies scripts stacks tests

.DEFAULT_GOAL := help
.PHONY: help up down test check format bench clean setup setup-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: setup ## set everything up, then bring the example applications up on the sandbox
	@$(BIN)/paved up local

down: setup ## stop the sandbox; its data stay until `paved sandbox reset`
	@$(BIN)/paved sandbox stop

check: setup-dev ## format, lint, types, import contracts
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@PYTHONPATH=platform:. $(BIN)/lint-imports

test: check ## check, then all tests, in two processes
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

format: setup-dev ## format the sources and mend what can be mended
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix --quiet $(SOURCES)

bench: setup-dev ## measure, as docs/performance.md explains
	@$(BIN)/python benchmarks/run.py

clean: ## remove the environment and everything made by tools; the sandbox's state stays
	rm -rf .venv .venv.lock .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist platform/*.egg-info

setup:
	@$(SETUP) run

setup-dev:
	@$(SETUP) dev
