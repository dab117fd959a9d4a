# One command per need. Each target sets up what it needs by itself, from Python, make and pip;
# a second call finds the stamp files and costs nothing. CONTRIBUTING.md tells more.

PYTHON ?= python3
# Which locked environment to use: a file of requirements/ (dev, or openai2 for the other litellm/openai pair).
LOCK ?= dev
# More arguments for pytest (make test ARGS='-k stream'), the demo or the benchmarks.
ARGS ?=

ECOSYSTEM := .venv-ecosystem
VENV := .venv$(if $(filter-out dev,$(LOCK)),-$(LOCK))
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
# The resolver is for maintainers alone: it lives outside the environment that it describes.
UV_VERSION := 0.13.9
UV_VENV := .venv-uv-$(UV_VERSION)
UV := $(UV_VENV)/bin/uv
LOCKS := $(patsubst %.in,%.lock,$(wildcard requirements/*.in))
TYPED := src tests/typing_tests examples scripts

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test conformance check fix bench docs ecosystem lock build clean venv

help: ## Show this list
	@bold=; plain=; if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then bold=$$(printf '\033[1;36m'); plain=$$(printf '\033[0m'); fi; \
	awk -v bold="$$bold" -v plain="$$plain" -F ':.*## ' \
		'/^[a-z]+:.*## / { printf "  %s%-11s%s %s\n", bold, $$1, plain, $$2 }' $(firstword $(MAKEFILE_LIST))

# MODEL and API_KEY reach the example through the environment, never through a command line that others can read.
demo: $(INSTALLED) ## Watch an agent work: on a simulator, or on a real model with MODEL=... API_KEY=...
	@$(BIN)/python examples/any_model.py $(if $(MODEL)$(API_KEY),,--simulate) $(ARGS)

test: $(INSTALLED) ## Run the tests, in parallel (ARGS='-k name' to choose, LOCK=openai2 for the other pair)
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 $(ARGS)

conformance: $(INSTALLED) ## Show which behaviour holds on which way to a model, and write docs/conformance.md
	@$(BIN)/python scripts/conformance.py --numprocesses auto --maxprocesses 8 $(ARGS)

check: $(INSTALLED) ## Check format, lint, types, layers and docs; change nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_docs.py

fix: $(INSTALLED) ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure against the peer and print the table
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(INSTALLED) ## Check that the pages' links lead somewhere and their Python compiles
	@$(BIN)/python scripts/check_docs.py

ecosystem: $(ECOSYSTEM)/.installed ## Run packages that import agents unmodified on this one (ARGS=dbos for one of them)
	@$(ECOSYSTEM)/bin/python -m ecosystem $(ARGS)

lock: $(UV) ## Pin all dependencies anew, with hashes (UPGRADE=--upgrade for newer releases)
	@for lock in $(LOCKS); do \
		echo "$$lock"; \
		$(UV) pip compile pyproject.toml --constraint "$${lock%.lock}.in" --all-extras --group dev \
			--python-version 3.10 --universal --generate-hashes --no-emit-index-url --no-header --quiet \
			$(UPGRADE) --output-file "$$lock" || exit 1; \
	done

build: $(INSTALLED) ## Build the source archive and the wheel into dist/
	@$(BIN)/hatchling build

clean: ## Remove everything that make made
	@rm -rf .venv .venv-* .bench dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: $(INSTALLED) ## Only set up the environment

# The third-party packages, exactly as locked: hashes are required, so what is installed is what was reviewed. The lock
# is complete, so pip resolves nothing: older ones look up a dependency with an extra anew, and refuse what they find.
$(LOCKED): requirements/$(LOCK).lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed, this is %d.%d: try make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 10) else 0)'
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $<
	@$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || $(BIN)/python -m pip check
	@touch $@

# The project itself, editable: its build needs nothing that is not locked.
$(INSTALLED): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# An environment of its own: the packages want versions of mcp and others that nothing here else depends on.
$(ECOSYSTEM)/.installed: $(UV) pyproject.toml ecosystem/packages.txt ecosystem/overrides.txt
	@echo "Setting up $(ECOSYSTEM) (once, about two minutes)"
	@$(PYTHON) -m venv --clear $(ECOSYSTEM)
	@$(UV) pip install --quiet --python $(ECOSYSTEM)/bin/python --override ecosystem/overrides.txt \
		--requirement ecosystem/packages.txt --editable .
	@touch $@

$(UV):
	@$(PYTHON) -m venv --clear $(UV_VENV)
	@$(UV_VENV)/bin/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
