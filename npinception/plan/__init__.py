"""From graph to program: pure functions that decide everything the fused engine does."""
