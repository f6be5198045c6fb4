"""The clock of the integration.

Callers write `clock.monotonic()`, so that a test can let hours pass in one place.
"""

from __future__ import annotations

from time import monotonic, time

__all__ = ["monotonic", "time"]
