# Everything runs from the project's virtual environment; paths stay relative, so that a folder with a space in its name works.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
SIMGEN := $(PY) -m simgen
PIP := $(PY) -m pip --disable-pip-version-check -q

.PHONY: demo test test-all bench lint format lock clean

demo: .venv/demo.stamp
	rm -rf demo/dataset demo/preview.png
	$(SIMGEN) generate pedestrian_dart_out --out demo/dataset --seed 7
	$(SIMGEN) validate demo/dataset
	$(SIMGEN) preview demo/dataset --out demo/preview.png
	@echo "Open demo/preview.png; the episode is demo/dataset/episodes/000000.h5"

test: .venv/test.stamp
	$(PY) -m pytest -n auto --dist loadfile -m "not full"

test-all: .venv/test.stamp
	$(PY) -m pytest -n auto --dist loadfile

bench: .venv/test.stamp
	$(SIMGEN) bench --out benchmarks/results.json

# Static tools see the mapped library folders only in a plain installation, so they look at one outside the clone.
lint: .venv/test.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) tools/lint_sizes.py
	$(PY) tools/lint_installed.py

format: .venv/test.stamp
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Writes the locked versions anew from what is installed.
lock: .venv/test.stamp
	$(PY) -m pip freeze --all --exclude-editable | grep -v '^simgen' > constraints.txt

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "simgen needs Python 3.11 (PyBullet has wheels up to it); set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PIP) install -c constraints.txt pip setuptools wheel
	@touch $@

.venv/demo.stamp: .venv/python.stamp pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt --no-build-isolation -e ".[rl,view]"
	$(SIMGEN) doctor --compile
	@touch $@

.venv/test.stamp: .venv/demo.stamp
	$(PIP) install -c constraints.txt --no-build-isolation -e ".[rl,view,test]"
	@touch $@

clean:
	rm -rf .venv build demo/dataset demo/preview.png *.egg-info
