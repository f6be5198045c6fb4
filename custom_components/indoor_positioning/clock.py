"""The clock of the integration.

Callers write `clock.monotonic()`, so that a test can let hours pass in one place. `thread_time()` tells what was worked
in the meantime: seconds of a core that this thread has had.
"""

from __future__ import annotations

from time import monotonic, thread_time, time

__all__ = ["monotonic", "thread_time", "time"]
