# The few commands anyone needs; `make help` lists them.
SHELL := /bin/bash
PAYTONE := .venv/bin/paytone
.PHONY: help setup setup-tests demo line test checks bench lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install what is missing: packages, Asterisk, .venv, prompts
	@provision/setup.sh

setup-tests:
	@provision/setup.sh --with-tests

demo: setup ## a caller pays a bill, from dial tone to goodbye
	@$(PAYTONE) demo

line: setup ## keep the line up until Ctrl-C, and say how to dial it
	@$(PAYTONE) line

checks: setup-tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	shellcheck -x provision/*.sh .ci/run
	vagrant validate --ignore-provider

test: checks ## set up, check and run every test, real calls included
	.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder

bench: setup-tests ## measure the local Braintree, the common journeys, and the line under load
	@$(PAYTONE) sandbox bench
	@$(PAYTONE) bench journeys
	@$(PAYTONE) bench

lock: ## remake requirements.lock
	@provision/lock.sh

clean: ## remove what setup made in this folder
	rm -rf .venv .asterisk .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
