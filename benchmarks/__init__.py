"""Measuring the engine: recordings, simulated homes, peers' algorithms, and the tables that compare them."""
