"""Importers: one module for each format that other programs keep Inception V3 in.

Each turns a file into a :class:`~npinception.weights.importers.source.Source`: shapes and
a reader under slim's names. Names are mapped by literal tables and by the rank of the
number in a layer's name, never by order in the file or by shape.
"""
