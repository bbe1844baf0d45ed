"""Training data: a template to start with, and the rules that a file must keep."""
