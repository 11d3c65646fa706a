# The workshop: everything that is done with this checkout, on a machine with Python, pip and make.
PYTHON ?= python3
JOBS ?= auto
ARGS ?=
COVER ?=

bin := .venv/bin
stamp := .venv/.installed
coverage := $(if $(COVER),--cov --cov-report=term)
compile := uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-strip-extras --python-version 3.11 $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help run test cover check docs fix bench install samples lock clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: install ## the demo: two phones, a mailbox and the kiosk of a made-up company, in the browser
	@$(bin)/python -m gateway demo $(ARGS)

test: install ## every test, in parallel (ARGS="-k sms" for some, COVER=1 to measure coverage)
	@$(bin)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist worksteal $(coverage) $(ARGS)

cover: ## every test, and fail under 90 % of gateway/ run, child processes included
	@$(MAKE) --no-print-directory test COVER=1

check: install ## format, lint, types, import contracts, generated documents
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/python -m tests.support.docs

fix: install ## format, mend what can be mended, write the generated documents anew
	$(bin)/ruff check --fix .
	$(bin)/ruff format .
	$(bin)/python -m tests.support.docs --write

bench: install ## measure; docs/performance.md says what and how
	@$(bin)/python -m bench $(ARGS)

install: $(stamp) ## the environment in .venv, from pinned and hashed packages

# pip of the machine serves where Python came without ensurepip (Debian without python3-venv).
$(stamp): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later \
	is needed, this is %d.%d: make PYTHON=python3.11" % sys.version_info[:2])'
	@$(bin)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear --without-pip .venv
	@echo "Installing packages into .venv: about a minute, the first time."
	@if $(bin)/python -m pip --version >/dev/null 2>&1; then set -- $(bin)/python -m pip; \
	else set -- $(PYTHON) -m pip --python $(bin)/python; fi; \
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1; \
	"$$@" install --quiet --require-hashes -r requirements/dev.txt \
	&& "$$@" install --quiet --no-deps --no-build-isolation -e .
	@touch $@

samples: install ## public bounces, which a test reads: flufl.bounce's own, from its pinned sources
	@sed -n '/^flufl-bounce==/,/[^\\]$$/p' requirements/dev.txt > .venv/samples.txt
	@$(bin)/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps \
		--no-binary :all: --no-build-isolation --dest .venv/samples -r .venv/samples.txt

lock: ## pin again what pyproject.toml asks for (UPGRADE=1: the newest of everything); needs uv
	$(compile) --extra dev pyproject.toml -o requirements/dev.txt
	$(compile) --constraint requirements/dev.txt pyproject.toml -o requirements/run.txt

clean: ## forget what was installed and cached; databases stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
