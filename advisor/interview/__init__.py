"""Answers: read from a person, a file, an address or a table row, and checked against the questions."""
