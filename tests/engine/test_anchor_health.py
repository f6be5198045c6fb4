from __future__ import annotations

from custom_components.indoor_positioning.engine.anchor_health import LISTENING_S, AnchorHealth


def test_an_anchor_listens_for_half_a_minute_after_it_reported() -> None:
    health = AnchorHealth()
    health.heard("a", 100.0)
    assert health.listening(100.0) == {"a"}
    assert health.listening(100.0 + LISTENING_S) == {"a"}
    assert health.listening(100.1 + LISTENING_S) == frozenset()


def test_late_reports_do_not_make_an_anchor_older() -> None:
    health = AnchorHealth()
    health.heard("a", 100.0)
    health.heard("a", 50.0)
    assert health.listening(125.0) == {"a"}


def test_nothing_is_known_of_the_future() -> None:
    health = AnchorHealth()
    health.heard("a", 100.0)
    assert health.listening(99.0) == frozenset()
