# The first of these Pythons that is here, unless one is named: make run PYTHON=/path/to/python3.12
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
DEMO ?= yes
PORT ?= 8000
IN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run setup test check lock

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

run: setup ## start ABM Hub here, with a demo company (DEMO=no: empty; PORT=8000)
	@exec $(IN)/python -m abmhub.embedded --demo=$(DEMO) --port=$(PORT)

setup: ## virtual environment, packages, style sheet; seconds when nothing changed
	@$(PYTHON) bootstrap.py

test: setup-for-tests ## every test, browser journeys included
	@exec $(IN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: setup-for-tests ## lint, types, architecture, templates, migrations, deployment, API document
	@PATH="$(CURDIR)/$(IN):$$PATH" sh scripts/check

lock: setup ## pin the newest packages that requirements*.in allow
	@for lock in requirements-uv requirements requirements-distributed requirements-dev requirements-benchmarks; do \
	  $(IN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes $$lock.in -o $$lock.txt || exit 1; \
	done

.PHONY: setup-for-tests
setup-for-tests:
	@$(PYTHON) bootstrap.py --tests
