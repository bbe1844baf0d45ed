"""Rows that are alike: exactly, nearly, or in what they ask."""
