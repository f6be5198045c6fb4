from __future__ import annotations

from benchmarks.lab_network import network_in_lab, network_lines


def test_half_a_metre_is_reached_with_what_a_walk_leaves_of_noise() -> None:
    result = network_in_lab(1.5)
    assert 0.2 < result.error < 0.5
    assert "| 1.5 |" in network_lines([result])[-1]
