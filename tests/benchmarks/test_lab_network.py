from __future__ import annotations

import pytest

from benchmarks.lab_network import network_in_lab, network_lines


@pytest.mark.parametrize(("noise", "least", "most"), [(1.0, 0.2, 0.42), (1.5, 0.3, 0.5), (2.3, 0.4, 0.65)])
def test_half_a_metre_is_reached_with_what_a_walk_leaves_of_noise(noise: float, least: float, most: float) -> None:
    result = network_in_lab(noise)
    assert least < result.error < most
    # 8 bits cost less than a hundredth of the error; without corrected biases it was 2.4 to 4.2 % here.
    assert abs(result.quantisation_loss) < 0.01
    assert f"| {noise:.1f} |" in network_lines([result])[-1]
