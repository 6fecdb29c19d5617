"""Writing the network in each peer's own file format, one module a format.

Each has ``export(network, batch, folder) -> Path``. All walk the same nodes.
"""
