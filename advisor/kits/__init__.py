"""Starter kits: what an advice says to do next, as files that run.

A kit is a module here that says what goes into it, an entry of words in `content/kits/kits.yaml`, and scripts in
`content/kits/scripts/`; `registry` lists them.

Each sentence that a script says to its user stands in `say("...", name=value)` of its `words.py`, and is translated. A
test runs each script against `tests/kits/server.py`. Scripts with packages of their own are run in
`tests/kits/environments/`: `make test-kits` runs those of which something changed since they passed and writes that
into `passed.json`, which goes into the commit.

The rows of the tutorial and its two trainings are in `content/kits/tutorial/`; what is read in their curves is in
`advisor.dataset.training.loss_curves`.
"""
