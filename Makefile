# The same commands work without make, on Windows too: py scripts/task.py run
PYTHON ?= python3
ARGS ?=

.PHONY: run test check format setup lock clean

run:  ## the demo venue and the demo region, with simulated devices
	@$(PYTHON) scripts/task.py run $(ARGS)

test:  ## all tests
	@$(PYTHON) scripts/task.py test $(ARGS)

check:  ## format, lint, types, import rules, sizes, templates, translations, licences
	@$(PYTHON) scripts/task.py check

format:  ## put code and templates in shape
	@$(PYTHON) scripts/task.py format

setup:  ## the virtual environment only, with everything the tests need
	@$(PYTHON) scripts/setup.py --dev

lock: setup  ## pin anew what requirements*.in ask for
	@.venv/bin/python scripts/lock.py $(ARGS)

clean:  ## throw away the environment and the caches; var/ with the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
