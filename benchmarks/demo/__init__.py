"""A small model on this machine behind OpenAI's API: what `make demo` and its tests measure with, without a key."""
