# Two commands matter: `make demo` and `make test`. Each does its own set-up.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help:            ## show this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV)
	@touch $@

install: $(READY) ## build .venv/ from the hashed lock; .venv/bin/congthu is the command

demo: $(READY)   ## send sample mails through the real gateway and print every verdict (KEEP=1 leaves it running)
	@$(BIN)/congthu demo $(if $(KEEP),--keep)

test: $(READY)   ## all tests, over real loopback SMTP, a process for each core (JOBS=0: one after the other)
	@$(BIN)/pytest -q -n $(or $(JOBS),auto) --maxprocesses 8 --dist worksteal

check: $(READY)  ## lint, types, import rules, drift tests, systemd units
	@scripts/check

bench: $(READY)  ## relay speed against Postfix and amavisd (installs them when root on Debian)
	@scripts/bench

fuzz: $(READY)   ## fuzz the reader for SECONDS=60 in all; what it finds stays under build/fuzz
	@SECONDS_IN_ALL=$(or $(SECONDS),60) scripts/fuzz

docs:            ## the documentation as a site, under build/docs
	@scripts/docs

monitoring-demo: $(READY) ## a gateway under mail, watched by Prometheus, and by Grafana if installed, until Ctrl-C
	@scripts/monitoring-demo

deb:             ## the Debian package for Debian 12 and 13, under build/deb
	@scripts/deb

bundle:          ## what a host without Internet installs from, one file under build/
	@scripts/bundle

everyday: $(READY) ## everyday mail: false refusals and missed marks, by kind
	@$(BIN)/python -m tests.everyday

chaos: $(READY)  ## some thousand kills and faults under load: mail lost, altered, refused, doubled (SEED=n again)
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

.PHONY: help install demo test check bench fuzz docs monitoring-demo deb bundle everyday chaos
