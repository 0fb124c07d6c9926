# The developer's interface: `make help` lists it.
PYTHON ?= python3.11
VENV := .venv
export MINUTES SEED ONLY FULL REPEAT BASE
# Modules are compiled once, not in each of a thousand processes that tests start.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tests wait for servers now and then: three of them keep two cores busy.
PYTEST := $(BIN)/pytest --numprocesses=$(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 ))) --dist=worksteal

.DEFAULT_GOAL := help
WEB := build/web
.PHONY: help up down test test-all soak lint bench docs site clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: name one, make PYTHON=python3"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

up: $(STAMP) ## start a Postgres 18 with the whole package and its demo rows (PG=16 for 16)
	@$(BIN)/dbtool up $(if $(PG),--pg $(PG))

down: $(STAMP) ## stop it
	@$(BIN)/dbtool down

test: $(STAMP) ## run the tests on embedded Postgres 18, and those that may differ on 16
	$(PYTEST)

test-all: $(STAMP) ## run all tests on the servers that DBTOOL_TEST_SERVERS names (see CONTRIBUTING)
	$(PYTEST) tests

soak: $(STAMP) ## kills, races, random input, mutants: MINUTES=5 SEED= ONLY= FULL=1 (see CONTRIBUTING)
	@$(BIN)/python -m tests.soak

lint: $(STAMP) ## check SQL, Python, types and layers
	$(BIN)/dbtool lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## measure
	$(BIN)/python -m benchmarks

docs: $(STAMP) ## write the generated pages again
	$(BIN)/dbtool snapshot
	$(BIN)/dbtool docs

# Scripts that the site's pages run; without these files they would fetch them from other hosts.
$(WEB)/mermaid.min.js: PACKAGE = mermaid@11.17.2 package/dist/mermaid.min.js
$(WEB)/iframe-worker.js: PACKAGE = iframe-worker@1.0.4 package/shim/index.js
$(WEB)/%.js: Makefile
	@command -v npm >/dev/null || { echo "npm not found: it fetches what the site runs"; exit 2; }
	@mkdir -p $(WEB)
	@cd $(WEB) && tar -xzOf "$$(npm pack --silent $(firstword $(PACKAGE)))" $(lastword $(PACKAGE)) > $(@F).part
	@mv $@.part $@

site: $(STAMP) $(WEB)/mermaid.min.js $(WEB)/iframe-worker.js ## build the documentation's site into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html"

clean: ## delete the virtual environment
	rm -rf $(VENV)
