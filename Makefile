# make demo runs the main job; make test passes the tests. Both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test check bench docs clean
help:
	@echo "make demo    bring up a virtual LAN, sweep it, print the table, leave findings.csv"
	@echo "make test    run the checks and the whole test suite"
	@echo "make check   ruff, mypy, the house's layers, the signature checks"
	@echo "make bench   measure speed and memory beside nmap and arp-scan"
	@echo "make docs    write the generated reference pages anew"
	@echo "make clean   remove what the above have made"

$(READY): requirements.lock pyproject.toml .ci/packages
	@sh .ci/packages "$(PYTHON)" venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@sh .ci/packages "$(PYTHON)" ip nmap
	$(BIN)/python -m tests.lab demo --output findings.csv

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/camcensus signatures validate

test: check
	@sh .ci/packages "$(PYTHON)" ip nmap
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: $(READY)
	@sh .ci/packages "$(PYTHON)" ip nmap arp-scan
	$(BIN)/python -m bench

docs: $(READY)
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache findings.csv
