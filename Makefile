# Needs Python 3.11 or newer and make. Everything else is installed into .venv from the lock files, with hashes.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python on the path that is new enough; `make run PYTHON=/path/to/python` takes another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python py; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
# What one process compiles serves the next: the tests start some fifty.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# The checkout itself becomes the installed package; its build tool comes from the lock too.
LINK := --no-deps --no-build-isolation --editable .
CODE := advisor benchmarks fuzz tests content/notebooks content/kits $(wildcard app.py)
# Two cores share the files, which tests/conftest.py puts in order; `make test WORKERS=0` runs one after another.
WORKERS ?= auto

.PHONY: help
help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/run-installed ## Install what is needed, open the app on a free local port and print its address
	@$(BIN)/advisor app

DEMO := .venv-demo/$(notdir $(BIN))/python -m benchmarks.demo.server
# Held-out rows of each prepared set.
ROWS ?= 100

.PHONY: demo
demo: .venv/run-installed .venv-demo/installed ## Open the app beside a small model on this machine, which answers without a key (a download of 170 MB)
	@$(DEMO) $(BIN)/advisor app

.PHONY: demo-pilots
demo-pilots: .venv/run-installed .venv-demo/installed ## Measure with that model on two prepared sets, and print what it shows: make demo-pilots ROWS=100
	@$(DEMO) --threads 2 $(BIN)/python -m benchmarks.demo.pilots --rows $(ROWS)

.PHONY: test
test: .venv/test-installed ## Install what the tests need and run them
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: test-deep
test-deep: .venv/test-installed ## Try each property with 200 examples, others each time (on push 25), and the combinations that a push leaves out
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "hypothesis or deep" --hypothesis-profile deep $(TESTS)

VALIDATORS := together mistral llamafactory datasets

.PHONY: lesson
lesson: .venv/test-installed ## Show that each row of the lesson's reading list can be done here
	@$(BIN)/python -m pytest -q $$($(BIN)/python -m tests.test_lesson_rows)

.PHONY: test-validators
test-validators: .venv/test-installed $(VALIDATORS:%=.venv-validators/%/installed) ## Ask other validators again, and compare with them
	@$(BIN)/python -m tests.validators.run
	@$(BIN)/python -m pytest tests/validators

KIT_ENVIRONMENTS := light trl vendors
PASSED := $(BIN)/python -m tests.kits.environments.passed
AGAIN := .venv-kits/again

.PHONY: test-kits
test-kits: .venv/test-installed .venv-demo/installed ## Run what needs packages of its own, where it changed since it passed: kits' scripts, and the demo with its small model
	@mkdir -p $(dir $(AGAIN))
	@$(PASSED) $(if $(ALL),all) > $(AGAIN)
	@[ ! -s $(AGAIN) ] || $(MAKE) --no-print-directory $$(awk '!seen[$$1]++ {print ".venv-kits/" $$1 "/installed"}' $(AGAIN))
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $$(cut -d' ' -f2 $(AGAIN)) $(wildcard tests/pilot/demo/with_*.py)
	@$(PASSED) passed $$(cut -d' ' -f2 $(AGAIN))

SPARK := $(BIN)/python -m tests.dataset.spark.passed

# PySpark lies beside the environment, not in it: half a gigabyte that nothing else needs.
.PHONY: test-spark
test-spark: .venv/test-installed ## Check files with Spark, where anything changed of what that rests on since it passed (needs Java)
	@$(SPARK) $(if $(ALL),all) || { $(MAKE) --no-print-directory .venv-spark/installed \
		&& PYTHONPATH=.venv-spark $(BIN)/python -m pytest tests/dataset/spark/with_spark.py && $(SPARK) passed; }

.PHONY: test-promptfoo
test-promptfoo: .venv/test-installed .venv-kits/promptfoo/node_modules ## Ask promptfoo itself about three models, and record its verdicts (1.6 GB)
	@$(BIN)/python -m tests.kits.promptfoo.record

.PHONY: test-axolotl
test-axolotl: .venv/test-installed .venv-kits/trl/installed ## Ask Axolotl's own schema about the kit's settings, and record its verdict
	@$(BIN)/uv pip install --quiet --target .venv-kits/axolotl --no-deps axolotl==0.19.0
	@$(BIN)/python -m tests.kits.axolotl.record

# Unsloth needs neither xformers nor torchvision for text, and both hang on the build of PyTorch.
.PHONY: test-unsloth
test-unsloth: .venv/test-installed ## Train with Unsloth by the kit's script on a tiny model, and record how it went (1 GB)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-kits/unsloth
	@$(BIN)/python -m pip --python .venv-kits/unsloth/$(notdir $(BIN))/python --disable-pip-version-check --quiet install \
		--no-compile -r tests/kits/environments/trl/torch.txt
	@$(BIN)/uv pip install --quiet --python .venv-kits/unsloth --no-deps unsloth==2026.10.9 unsloth_zoo==2026.10.9
	@$(BIN)/uv pip install --quiet --python .venv-kits/unsloth -r tests/kits/unsloth/requirements.in
	@$(BIN)/python -m tests.kits.unsloth.record

.PHONY: check
check: format-check lint types test ## Format, lint, types and tests: what CI runs

.PHONY: format
format: .venv/test-installed ## Write the code in the project's format
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

.PHONY: format-check
format-check: .venv/test-installed ## Check the format and change nothing
	@$(BIN)/ruff format --check $(CODE)

.PHONY: lint
lint: .venv/test-installed ## Look for mistakes
	@$(BIN)/ruff check $(CODE)

.PHONY: types
types: .venv/test-installed ## Check the types of advisor/
	@$(BIN)/mypy

.PHONY: benchmark
benchmark: .venv/test-installed ## Measure the engine, the app and the checker of data on this machine
	@$(BIN)/python -m benchmarks.advise
	@$(BIN)/python -m benchmarks.app
	@$(BIN)/python -m benchmarks.dataset
	@$(BIN)/python -m benchmarks.commands
	@$(BIN)/python -m benchmarks.pilot

# What fuzz/run.py offers as HARNESS, and for how long; what does not hold is kept in out/fuzz/kept.
HARNESS ?= rows
SECONDS ?= 600
FUZZ := .venv-fuzz/$(notdir $(BIN))/python -m fuzz.run

.PHONY: fuzz
fuzz: .venv-fuzz/installed ## Fuzz the checker of training files: make fuzz HARNESS=rows SECONDS=600
	@$(FUZZ) seeds out/fuzz/corpus
	@$(FUZZ) $(HARNESS) out/fuzz/kept out/fuzz/corpus -max_total_time=$(SECONDS) -max_len=16384 -timeout=60

.venv-fuzz/installed: .venv/test-installed fuzz/requirements.lock
	@echo "Installing the fuzzer into .venv-fuzz"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-fuzz
	@$(BIN)/uv pip install --quiet --python .venv-fuzz --no-deps --require-hashes -r requirements-dev.lock \
		-r fuzz/requirements.lock
	@touch $@

.PHONY: weights
weights: .venv/test-installed ## Fit the shares to published cases, write them down and print how well they do
	@$(BIN)/python -m advisor.engine.fit

.PHONY: effects
effects: .venv/test-installed ## Count how many verdicts and how much money hang on each fact (for `advisor facts --due`)
	@$(BIN)/python -m advisor.engine.fact_effects

.PHONY: prices
prices: .venv/test-installed ## Show what another release of the price list would change: make prices VERSION=0.2.2
	@$(BIN)/python -m advisor.engine.price_release $(VERSION)

.PHONY: second-prices
second-prices: .venv/test-installed ## Read the second source of prices anew, which the tests hold ours against
	@$(BIN)/python -m tests.second_prices.record $(VERSION)

.PHONY: screenshot
screenshot: .venv/test-installed ## Take the README's picture from the running app (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots

.PHONY: map
map: .venv/test-installed ## Draw the rooms of the code into CONTRIBUTING.md, from what they import
	@$(BIN)/python tests/test_house.py

.PHONY: readme
readme: .venv/test-installed ## Run the README's examples and write their outputs into it
	@$(BIN)/python tests/test_readme.py

# Each validator has an environment of its own; one that cannot be installed is named, and keeps what is on record.
.venv-validators/%/installed: tests/validators/environments/%/requirements.lock
	@echo "Installing $* into .venv-validators"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-validators/$*
	@$(BIN)/uv pip install --quiet --python .venv-validators/$* --no-deps --require-hashes -r $< && touch $@ \
		|| { echo "$* could not be installed"; rm -rf .venv-validators/$*; }

.venv-spark/installed: tests/dataset/spark/requirements.lock | .venv/test-installed
	@echo "Installing PySpark into .venv-spark"
	@$(BIN)/uv pip install --quiet --target .venv-spark --no-deps --require-hashes -r $<
	@touch $@

.venv-kits/promptfoo/node_modules:
	@mkdir -p .venv-kits/promptfoo
	@cd .venv-kits/promptfoo && npm install --silent --no-audit --no-fund promptfoo node@22

# PyTorch is not locked: which build it is, for a processor or for CUDA, hangs on the machine. pip takes it, with what it
# needs, from wherever pip is told to look; the lock then says the versions of all else.
.venv-kits/%/installed: tests/kits/environments/%/requirements.lock | .venv/test-installed
	@echo "Installing $* into .venv-kits"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-kits/$*
	@[ ! -f $(<D)/torch.txt ] || $(BIN)/python -m pip --python .venv-kits/$*/$(notdir $(BIN))/python \
		--disable-pip-version-check --quiet install --no-compile -r $(<D)/torch.txt
	@$(BIN)/uv pip install --quiet --python .venv-kits/$* --no-deps --require-hashes -r $<
	@touch $@

# One lock for every platform and Python, without the address of any index.
LOCK := --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --group build --quiet --upgrade

# What a build of PyTorch for CUDA brings along.
OF_TORCH := triton cuda-bindings cuda-pathfinder cuda-toolkit $(addprefix nvidia-,cublas cuda-cupti cuda-nvrtc cuda-runtime \
	cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 nccl-cu13 nvjitlink nvshmem-cu13 nvtx)

.PHONY: lock
lock: .venv/test-installed ## Choose the newest versions that pyproject.toml allows and write them down with hashes
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile $(filter-out --group build,$(LOCK)) fuzz/requirements.in -o fuzz/requirements.lock
	@$(BIN)/uv pip compile $(filter-out --group build,$(LOCK)) --no-deps benchmarks/demo/requirements.in -o benchmarks/demo/requirements.lock
	@$(BIN)/uv pip compile $(filter-out --group build,$(LOCK)) tests/dataset/spark/requirements.in \
		-o tests/dataset/spark/requirements.lock
	@for folder in $(VALIDATORS:%=tests/validators/environments/%); do \
		$(BIN)/uv pip compile $(filter-out --group build,$(LOCK)) $$folder/requirements.in -o $$folder/requirements.lock \
			$$([ ! -f $$folder/overrides.txt ] || echo --overrides $$folder/overrides.txt) || exit 1; \
	done
	@for folder in $(KIT_ENVIRONMENTS:%=tests/kits/environments/%); do \
		$(BIN)/uv pip compile $(filter-out --group build,$(LOCK)) $$folder/requirements.in -o $$folder/requirements.lock \
			$$([ ! -f $$folder/torch.txt ] || printf -- '--no-emit-package %s ' torch $(OF_TORCH)) || exit 1; \
	done

.PHONY: package
package: .venv/test-installed ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

.PHONY: clean
clean: ## Remove what was installed and built here
	@rm -rf .venv .venv-demo .venv-fuzz .venv-kits .venv-spark .venv-validators dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find advisor benchmarks fuzz tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/created:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"Fine-Tune Advisor needs Python 3.11 or newer. Name one: make run PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo \
		"Python could not make .venv. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/run-installed: .venv/created requirements.lock pyproject.toml
	@echo "Installing into .venv; this takes a minute the first time"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) $(LINK)
	@touch $@

# A small model and what answers with it. Whoever only wants to see the demo has no uv.
.venv-demo/installed: benchmarks/demo/requirements.lock | .venv/created
	@echo "Installing a small model into .venv-demo; this takes a minute the first time"
	@$(BIN)/python -m venv --clear .venv-demo
	@$(BIN)/python -m pip --python .venv-demo/$(notdir $(BIN))/python --disable-pip-version-check --quiet install \
		--no-deps --require-hashes -r $<
	@touch $@

# uv, of the lock too, takes a third of pip's time; it does not read pip's configuration, so where it gets nothing pip tries.
# Nothing is compiled ahead: of eleven thousand modules tests and tools use a small part, and each is compiled once.
.venv/test-installed: .venv/created requirements-dev.lock pyproject.toml
	@echo "Installing what tests need into .venv"
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements-dev.lock > .venv/uv.lock
	@$(PIP) --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip install --quiet --python .venv --no-deps --require-hashes -r requirements-dev.lock \
		|| $(PIP) --no-compile --require-hashes -r requirements-dev.lock
	@$(PIP) $(LINK)
	@touch $@ .venv/run-installed
