# Every target first makes sure that .venv is ready (tools/set_up.py); nothing touches the network after that.

PYTHON ?=
venv_python = .venv/bin/python
set_up = python=$$(PYTHON="$(PYTHON)" tools/python.sh) && "$$python" -m tools.set_up
# Tests and benchmarks stay off the screen unless a platform is named.
offscreen = QT_QPA_PLATFORM="$${QT_QPA_PLATFORM:-offscreen}"
# With a display the tour is shown on it; without one it draws off the screen.
tour_platform = QT_QPA_PLATFORM="$${QT_QPA_PLATFORM-$$([ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || echo offscreen)}"
compile = .venv/bin/uv pip compile pyproject.toml requirements/build.in --quiet --universal --upgrade \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11

.PHONY: help demo test check format bench requirements ready-run ready-dev

help:
	@echo "make demo            the counter with its server and sample data"
	@echo "make demo TOUR=DIR   drives the real window through an order; pictures and PDFs go to DIR"
	@echo "make test            every test (ARGS='-k pricing' to choose)"
	@echo "make check           formatting, lint, types, who may import whom"
	@echo "make format          what 'make check' would ask for, done"
	@echo "make bench           the benchmarks: a table, and bench/results.json"
	@echo "make requirements    pins the newest packages that pyproject.toml allows"

demo: ready-run
	@$(if $(TOUR),$(tour_platform) $(venv_python) -m app demo --tour "$(TOUR)",$(venv_python) -m app demo)

test: ready-dev
	@$(offscreen) $(venv_python) -m pytest -n 2 --dist loadgroup --max-worker-restart=0 $(ARGS)

check: ready-dev
	@.venv/bin/ruff format --check --output-format concise . || { echo "Run 'make format'." >&2; exit 1; }
	@.venv/bin/ruff check --quiet --output-format concise .
	@$(venv_python) -m mypy
	@.venv/bin/lint-imports

format: ready-dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: ready-dev
	@$(offscreen) $(venv_python) -m bench

requirements: ready-dev
	@$(venv_python) -m pip install --quiet --disable-pip-version-check uv
	@$(compile) -o requirements/run.txt
	@$(compile) --extra dev -o requirements/dev.txt

ready-run:
	@$(set_up) run

ready-dev:
	@$(set_up) dev
