"""Tests of the weights package: format, importers, damage."""
