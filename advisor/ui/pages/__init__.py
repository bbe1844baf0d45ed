"""One module a page. `advisor/ui/shell.py` names each, with its address and what draws it: add a page there."""
