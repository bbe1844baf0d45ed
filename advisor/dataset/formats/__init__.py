"""The formats of training rows: how each is recognised, what its fields are named, how it is read."""
