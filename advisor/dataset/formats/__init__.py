"""The formats of training rows. A format is added in `families`, in the file of its family, and nowhere else.

`definition` says what is told of a format, `shapes` has the ways in which rows are read, `sides` the question and the
answers for those who write rows, `losses` the words for what is lost. `registry` collects the families, `recognition`
tells which format a file has, and `reading` reads a row of whatever format.
"""
