"""Tokens counted: exactly, and as exactly but faster."""
