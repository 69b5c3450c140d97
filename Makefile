# Every command sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= $(shell scripts/find-python)
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)
# A stack is six processes: where bytecode may not be kept, each compiles all it imports at every start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup browser run stop demo test read lint types architecture unit kills scenarios coverage search series-histories simulate soak bench infra-check infra-policies infra-build security audit package lock clean

help: ## lists the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(VENV)/.ready devstack/azurite/node_modules/.ready ## installs everything into this folder

$(VENV)/.ready: requirements-dev.txt requirements-uv.txt scripts/find-python
	@test -n "$(PYTHON)" || { scripts/find-python --explain; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-uv.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements-dev.txt requirements-uv.txt
	@touch $@

devstack/azurite/node_modules/.ready: devstack/azurite/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 with npm is missing: install it (https://nodejs.org) and try again"; exit 1; }
	cd devstack/azurite && npm ci --silent --no-audit --no-fund
	@touch $@

run: setup ## starts the whole stack on this machine (WORLD=file, DETACH=1)
	@$(BIN)/python -m devstack.cli run $(if $(WORLD),--world "$(WORLD)") $(if $(DETACH),--detach)

stop: setup ## ends a stack started with DETACH=1
	@$(BIN)/python -m devstack.cli stop

demo: setup ## plays a scripted day in both systems and compares them (CALENDAR=, ORGANIZER=, ROOM= imports an .ics file instead, SHIFT=1 into next week)
	@$(BIN)/python -m devstack.cli demo $(if $(CALENDAR),--calendar "$(CALENDAR)" --organizer "$(ORGANIZER)" --room "$(ROOM)" $(if $(SHIFT),--shift-to-next-week))

bench: setup ## measures start-up, calls per change, latency and throughput -> var/bench.json; ISOLATION=1: what one environment feels of another's standstill (RUNS=3 SECONDS=300) -> var/isolation.json; DRIFT=1: how fast both sides are compared -> var/drift.json
	@$(BIN)/python -m devstack.cli $(if $(DRIFT),drift,$(if $(ISOLATION),isolation $(if $(RUNS),--runs $(RUNS)),bench) $(if $(SECONDS),--seconds $(SECONDS)))

test: setup ## everything that CI runs; what reads the code goes on beside the tests
	@$(MAKE) --no-print-directory --jobs=2 read unit

read: lint types architecture infra-policies security

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

architecture: setup
	$(BIN)/lint-imports --no-cache

# Three for two cores: tests of the stack mostly wait.
browser: ## installs the system's Chromium where that is allowed, or says how
	@scripts/find-browser --install >/dev/null

unit: setup browser
	$(BIN)/pytest -n 3 --dist loadgroup

kills: setup ## kills the worker after every call of every story (make test: after every fifth)
	EVERY_KILL=1 $(BIN)/pytest -n 2 --dist loadgroup tests/scenarios -k kill

scenarios: setup ## tells every scenario where mailboxes live: EXCHANGE=ews (on premises), mixed, or graph as in make test
	ROOMSYNC_TEST_EXCHANGE=$(or $(EXCHANGE),ews) $(BIN)/pytest -n 2 --dist loadgroup tests/scenarios

coverage: setup ## which branches of the pure core no test sees: none may be left
	rm -rf var/coverage && mkdir -p var/coverage
	$(BIN)/coverage run -m pytest -n 2 --dist loadgroup tests/unit tests/properties tests/scenarios
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

search: setup ## looks for new random examples, TIMES=20 as many as make test plays (which are the same each time)
	SEARCH_TIMES=$(or $(TIMES),20) $(BIN)/pytest -n 2 $$(grep -rl '@given' tests)

series-histories: setup ## plays N=2000 random histories of series in both systems -> var/series-histories.json (SEED=17 N=1 FIRST=6 plays one, or its beginning)
	@N=$(or $(N),2000) SEED=$(or $(SEED),0) $(if $(FIRST),FIRST=$(FIRST)) $(BIN)/python -m tests.series_histories

simulate: setup ## plays SEEDS=10 random histories of the whole system, with faults and kills -> var/simulation.json (FIRST_SEED=17 DEPTH=ports|protocol|mixed)
	@SEEDS=$(or $(SEEDS),10) FIRST_SEED=$(or $(FIRST_SEED),0) DEPTH=$(or $(DEPTH),ports) $(BIN)/python -m tests.simulation

soak: setup ## plays histories on the real stack for MINUTES=2, its processes killed meanwhile -> var/soak.json (SEED=1)
	@MINUTES=$(or $(MINUTES),2) SEED=$(or $(SEED),1) $(BIN)/python -m tests.soak

lock: ## recompiles the locked requirements from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --python-version 3.13 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements.txt
	$(BIN)/uv pip compile --group audit --python-version 3.13 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-audit.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.13 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-dev.txt

# Its own environment: checkov pins a hundred packages, none of which the app has anything to do with.
$(VENV)-audit/.ready: requirements-audit.txt $(VENV)/.ready
	"$(PYTHON)" -m venv $(VENV)-audit
	VIRTUAL_ENV=$(VENV)-audit $(BIN)/uv pip sync --quiet --require-hashes requirements-audit.txt
	@touch $@

infra-check: setup infra-policies ## checks infra/bicep without Azure: syntax, types, roles, settings, policies (docs/infra.md)
	$(BIN)/python -m infra.check
	$(BIN)/pytest -q tests/infra

# Ten seconds, so only when something changed.
infra-policies: var/.policies

var/.policies: $(VENV)-audit/.ready infra/policies.py $(wildcard infra/bicep/*.bicep infra/bicep/modules/*.bicep)
	$(VENV)-audit/bin/python -m infra.policies
	@mkdir -p var && touch $@

# What ruff's rules of the same family do not see; explained with `# nosec` and why, where it stays.
security: $(VENV)-audit/.ready
	$(VENV)-audit/bin/bandit --quiet --configfile pyproject.toml --recursive core functions web roomsync infra function_app.py

audit: $(VENV)-audit/.ready ## asks the advisory service about every locked package, where the network allows it
	@infra/scripts/audit.sh $(VENV)-audit/bin/pip-audit

package: setup ## makes var/package.zip for Azure, var/sbom.json and var/licences.txt; its size -> var/bench.json
	$(BIN)/python -m infra.package

infra-build: ## compiles infra/bicep where Microsoft's compiler is installed (az bicep, or bicep)
	@infra/scripts/build.sh

clean: ## removes what the commands made
	rm -rf $(VENV) $(VENV)-audit var devstack/azurite/node_modules
