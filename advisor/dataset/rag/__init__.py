"""Rows that teach a model to answer from a passage or to decline, and scores of its predictions."""
