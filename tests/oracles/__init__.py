"""Networks of the frameworks themselves, with seeded weights: what the tests compare with."""
