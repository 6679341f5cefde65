# make demo runs the main job; make test passes the tests. Both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
FUZZER := .venv/.fuzzer
FUZZ_SECONDS ?= 60

.PHONY: help demo test check bench fuzz docs clean
help:
	@echo "make demo    bring up a virtual LAN, sweep it, hold it against policies;"
	@echo "             leaves findings.csv and timeline.svg"
	@echo "make test    run the checks and the whole test suite"
	@echo "make check   ruff, mypy, the house's layers, the signature checks"
	@echo "make bench   measure speed and memory beside nmap, arp-scan and tshark"
	@echo "make fuzz    throw hostile bytes at every decoder, FUZZ_SECONDS (60) each"
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
	@sh .ci/packages "$(PYTHON)" ip arp dnsmasq nmap systemd-analyze minisign ssh-keygen postgres
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: $(READY)
	@sh .ci/packages "$(PYTHON)" ip nmap arp-scan tshark postgres
	$(BIN)/python -m bench

# Without a wheel for this Python the fuzzer says so, and mutates without guidance.
$(FUZZER): $(READY) requirements-fuzz.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	    -r requirements-fuzz.lock && touch $@ || true

fuzz: $(FUZZER)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

docs: $(READY)
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache findings.csv timeline.svg
