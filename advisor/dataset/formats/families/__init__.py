"""The families of formats, one in each file: the registry collects what stands here.

A format is recognised, read and written in the file of its family, and its losses are said there. A row of it in
`tests/dataset/format_examples.py` puts it through every test that all formats pass.
"""
