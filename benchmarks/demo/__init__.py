"""A small model on this machine behind OpenAI's API: what `make demo` and its tests measure with, without a key.

Other models or newer releases stand in `requirements.in` here and, by name, in `server`; `make lock` takes them. Then
`tests/pilot/demo/with_model.py`, by `make test-kits`, tries them, and `make demo-pilots` measures anew for `record.md`.
"""
