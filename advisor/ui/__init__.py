"""The screen: one module a page. It imports every other part of the program, and none of them imports it."""
