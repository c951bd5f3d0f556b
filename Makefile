# The commands of Trade Ledger. `make setup` makes .venv (Python and Node) and node_modules; everything else runs from there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := $(CURDIR)/.venv/bin
# Node, npm and npx come from a wheel inside .venv, so no system Node is used, whichever version it has.
export PATH := $(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# npm trusts the certificates that this machine trusts, as pip and git are told to.
export NODE_USE_SYSTEM_CA := 1
export HARDHAT_DISABLE_TELEMETRY_PROMPT := true

PYTHON_READY := .venv/.python-ready
PACKAGE_READY := .venv/.package-ready
NODE_READY := node_modules/.node-ready
READY := $(PYTHON_READY) $(PACKAGE_READY) $(NODE_READY)

.PHONY: help setup demo up test lint bench fmt soak gas vectors artifacts lock

help:  ## Show the commands.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS=$$'\t' read -r name text; do printf 'make %-10s %s\n' "$$name" "$$text"; done

setup: $(READY)  ## Make .venv and node_modules from the locks (repeated: nothing to do).
	@echo "Set-up is complete."

demo: setup  ## Tell one trade lane on a chain of its own, honest and dishonest.
	@python -m scripts.demo

up: setup  ## Keep the demo's service and its development chain running, with the demo's lane in its log.
	@[ -f .demo/config.toml ] || python -m scripts.demo
	@tradeledger up --home .demo

test: setup  ## Run every test: contracts, then Python.
	@hardhat test solidity
	@python -m pytest -n 2

lint: setup  ## Check style, types, layers, Solidity and the freshness of generated files.
	@python -m scripts.lint

fmt: setup  ## Rewrite Python and Solidity in the house style.
	@ruff check --fix --exit-zero --quiet .
	@ruff format .
	@prettier --write --log-level warn .

bench: setup  ## Measure throughput, each stage against a bound of the same run.
	@python -m scripts.bench

soak: setup  ## Run the service under load and faults for a long time.
	@python -m scripts.soak

gas: setup  ## Regenerate the committed gas table.
	@python -m scripts.gas

vectors: setup  ## Regenerate tests/vectors.
	@for script in scripts/make_*vectors.py; do python -m scripts.$$(basename $$script .py); done

artifacts: setup  ## Regenerate the contract artifacts that the Python package ships.
	@python -m scripts.export_artifacts

lock: setup  ## Regenerate the lock files from pyproject.toml and package.json.
	@compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml "$$@"; }; \
	compile -o requirements/verify.lock; \
	compile --extra service -c requirements/verify.lock -o requirements/service.lock; \
	compile --extra service --extra dev -c requirements/service.lock -o requirements/dev.lock
	@npm install --package-lock-only

$(PYTHON_READY): requirements/dev.lock requirements/verify.lock tools/find-python.sh
	@python=$$(tools/find-python.sh "$(PYTHON)"); \
	echo "==> 1/3 Python packages into .venv, with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	@$(BIN)/python -m pip install --require-hashes --no-deps -r requirements/dev.lock
	@$(BIN)/python -m pip download --quiet --require-hashes --no-deps -r requirements/verify.lock -d .venv/wheels
	@touch $@

$(PACKAGE_READY): pyproject.toml $(PYTHON_READY)
	@echo "==> 2/3 The tradeledger package itself"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_READY): package-lock.json tools/check-natives.cjs $(PYTHON_READY)
	@echo "==> 3/3 Node packages into node_modules, with Node $$(node --version)"
	@npm install --no-save  # not `npm ci`: it refuses a lock that names the native parts of fewer platforms than exist
	@node tools/check-natives.cjs
	@touch $@
