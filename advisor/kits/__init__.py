"""Starter kits: what an advice says to do next, as files that run.

A kit is a module here that says what goes into it, an entry of words in `content/kits/kits.yaml`, and scripts in
`content/kits/scripts/`; `registry` lists them.
"""
