# Two commands for a fresh machine with Python 3.11+, venv, pip, make and git: `make demo`, `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
TESTS  ?= tests src

.PHONY: demo test lint types bench clean

demo: $(STAMP)
	mkdir -p out && rm -f out/packaging.toml
	$(BIN)/walkaway examples packaging --to out
	MPLBACKEND=Agg $(BIN)/walkaway run out/packaging.toml --out out --seed 7
	$(BIN)/walkaway offer out/packaging.toml discount=12% payment_days=60 --seed 7
	MPLBACKEND=Agg $(BIN)/walkaway trade out/packaging.toml payment_days discount --step 30 --out out/trade --seed 7
	MPLBACKEND=Agg $(BIN)/python -m walkaway_sim.examples.stories out
	MPLBACKEND=Agg $(BIN)/python -m walkaway_sim.examples.consulting

test: lint types
	MPLBACKEND=Agg $(BIN)/python -m pytest -n auto $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

bench: $(VENV)-bench/.installed
	$(VENV)-bench/bin/python benchmarks/ratio.py
	$(VENV)-bench/bin/python benchmarks/full.py
	$(VENV)-bench/bin/python benchmarks/against_peers.py
	$(VENV)-bench/bin/python benchmarks/example_deals.py
	$(VENV)-bench/bin/python benchmarks/limits.py
	$(VENV)-bench/bin/python benchmarks/respond.py
	$(VENV)-bench/bin/python -m pytest -q -p no:cacheprovider -o addopts= benchmarks/bench_core.py

# The peers want older versions of what they share with the library, so they have an environment of their own.
$(VENV)-bench/.installed: pyproject.toml benchmarks/constraints.txt
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --constraint benchmarks/constraints.txt --editable '.[bench]'
	touch $@

# The whole set-up: a virtual environment with what constraints.txt pins.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,notebook,dask]'
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-bench out .pytest_cache .mypy_cache .ruff_cache .hypothesis
