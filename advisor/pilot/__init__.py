"""Measuring on one's own examples: what each way to ask a model gets right, takes and costs.

`advisor.pilot.endpoint` is the server that answers; nothing is sent to it before somebody agreed.
"""
