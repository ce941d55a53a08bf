# The ways in: `make up` runs ImageHub, `make test` proves it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
OURS := imagehub accounts avatars generated harvester publications tests manage.py
# Each process begins with a half of the tests, so that what a module starts for itself is mostly started once.
SPREAD := -n 2 --dist worksteal
# What starts a server or a browser; of the stories of people who come to what runs already only a few, as all of them
# are told to the installation of many processes.
EMBEDDED := (browser or server) and not deployed and (smoke or not story)
# What shares a server keeps its order, which what is stolen does not.
TOGETHER := -n 2 --dist loadscope
# Only these are read for what starts a server or a browser: reading all tests takes longer than many of them.
STARTING = $(shell grep -rlE --include='test_*.py' --exclude-dir=deployed 'mark\.(browser|server)\b' tests | sort)
# What runs once more on MariaDB and on Redis: not what starts the whole product, which chooses its servers itself, nor
# what is answered before the database has a say. On MariaDB tests/conftest.py leaves what touches the database, and
# tests/questions.py what commits or asks it something new.
AGAIN := -m "not browser and not server and not alike"

# Where Python may not keep what it compiled, every process of a test run compiles all tests anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install up test test-sqlite test-mariadb test-redis test-deployed lint bench crash races faults journeys locks messages

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## put everything that ImageHub needs into .venv

up: install ## run ImageHub; pass options as ARGS="--port 9000"
	@$(BIN)/python manage.py up $(ARGS)

test: $(VENV)/.tested ## run every test, on SQLite and on MariaDB
	@$(MAKE) --jobs=2 --output-sync=target lint test-redis
	@$(MAKE) test-sqlite test-mariadb test-deployed

# Coverage doubles the cost of a test and sees nothing of the processes that the others start; tests/conftest.py says
# what of the tables and the crowds it leaves out. What the tests ask the database is noted for the run on MariaDB.
test-sqlite: $(VENV)/.tested
	$(BIN)/python -m pytest $(SPREAD) -m "not browser and not server" --questions=note --cov --cov-report=
	$(BIN)/python -m pytest $(TOGETHER) -m "$(EMBEDDED)" $(STARTING)

test-mariadb: $(VENV)/.tested
	@if $(BIN)/python -c "import MySQLdb" 2>/dev/null; \
	then $(BIN)/python -m tests.servers mariadb -- $(BIN)/python -m pytest $(SPREAD) $(AGAIN) --questions=new; \
	elif [ -n "$$CI" ]; then echo "mysqlclient is not installed: MariaDB can't be tested" >&2; exit 1; \
	else echo "SKIPPED: the run on MariaDB (mysqlclient needs gcc, pkg-config and libmariadb-dev)"; fi

test-redis: $(VENV)/.tested
	$(BIN)/python -m tests.servers redis -- $(BIN)/python -m pytest $(AGAIN) tests/api tests/events tests/harvester/test_health.py tests/harvester/politeness

# One installation of many processes, which are what the two cores are for.
test-deployed: journeys
	$(BIN)/python -m pytest -m deployed tests/deployed

lint: $(VENV)/.tested ## check style, types and layers
	$(BIN)/ruff check $(OURS)
	$(BIN)/ruff format --check $(OURS)
	$(BIN)/mypy $(OURS)
	$(BIN)/lint-imports

bench: $(VENV)/.tested ## measure, and print ratios to plain baselines
	$(BIN)/python -m tests.benchmarks $(ARGS)

crash: $(VENV)/.tested ## kill it fifty times under load, and count what is left
	CRASH_ROUNDS=50 $(BIN)/python -m pytest tests/journeys/test_crash.py

races: $(VENV)/.tested ## let crowds want the same fifty times, and count what they got
	RACE_ROUNDS=50 $(BIN)/python -m pytest -m crowd

faults: $(VENV)/.tested ## kill a hundred parts of an installation under load, and count what is left
	FAULT_ROUNDS=100 FAULT_CHANGES=1000 $(BIN)/python -m pytest -m deployed tests/deployed/test_faults.py tests/deployed/test_outages.py

journeys: $(VENV)/.tested ## tell the stories of people in their browsers to an installation of many processes
	$(BIN)/python -m tests.deployed -- $(BIN)/python -m pytest $(TOGETHER) -m story tests/journeys

messages: $(VENV)/.tested ## collect the sentences to translate, and compile the catalogues
	$(BIN)/python manage.py makemessages --all --no-location --no-wrap --ignore=$(VENV) --ignore=tests --ignore=var
	$(BIN)/python manage.py compilemessages --ignore=$(VENV)

locks: ## resolve the dependencies anew (needs uv)
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) -c requirements.lock --extra test -o requirements-test.lock
	$(COMPILE) -c requirements.lock --extra deploy -o requirements-deploy.lock

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ImageHub needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

# The deploy lock builds mysqlclient; without a compiler the rest is still tested.
$(VENV)/.tested: requirements-test.lock requirements-deploy.lock $(VENV)/.installed
	$(PIP) install --require-hashes --requirement requirements-test.lock
	$(PIP) install --require-hashes --requirement requirements-deploy.lock || [ -z "$$CI" ]
	@touch $@
