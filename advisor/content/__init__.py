"""What `content/` holds: its models, how it is loaded and checked, and what of its dated facts holds on a day.

The models of entries are in `entries`; those of checks and platforms in `data_checks`, of lessons in `course`, of
evidence in `evidence`. After a change of one, `python -m advisor.content.json_schemas` writes the schemas anew, by
which editors check the files. What each file holds, and what goes with a change of it, is in `content/README.md`.
"""
