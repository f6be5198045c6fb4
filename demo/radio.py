"""Radio in a home, simulated honestly: what makes indoor positioning hard is all here.

Received power = reference at 1 m + the transmitter's offset - log-distance path loss - walls - slabs
- the wearer's body + the receiver's gain error + shadowing + multipath fading of one of the three
advertising channels + measurement noise; then packets are lost and the rest is rounded to whole dBm.

Everything that belongs to the place is a function of the place (a fixed random field), not noise in
time: standing still does not average it away, and a survey sees the same field as the walk after it.
Literature: log-distance path loss and log-normal shadowing, Rappaport, Wireless Communications, ch. 4;
correlated shadowing, Gudmundson 1991 (10.1049/el:19911328); sum of plane waves, Clarke 1968.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from custom_components.indoor_positioning.engine.geometry import BoolArray, FloatArray, crossings
from custom_components.indoor_positioning.engine.home import Home

from .walker import Track
from .walls import Walls, standing_walls

SPEED_OF_LIGHT = 299_792_458.0

# Advertising channels 37, 38 and 39, Bluetooth Core Specification, Vol 6 Part B 1.4.1.
CHANNEL_HZ = (2.402e9, 2.426e9, 2.480e9)

# Mean of the power of Rayleigh fading in dB, -10 log10(e) * Euler's constant: taken out, so that
# the reference power stays the mean.
RAYLEIGH_MEAN_DB = -2.5068

# Plane waves a link; from about ten on their sum is Rayleigh distributed to a fraction of a dB.
PLANE_WAVES = 16

# Cosines a shadowing field; a Gaussian field to within its sampling error.
FIELD_WAVES = 64

# Nearer than an antenna's own length the path loss law says nothing.
NEAREST_M = 0.2


@dataclass(frozen=True, slots=True)
class RadioSettings:
    """How hostile the home is. Defaults: measured figures of real homes, from their harsher half."""

    reference_rssi: float = -59.0  # dBm at 1 m from a transmitter of offset 0
    exponent: float = 2.2
    wall_loss: tuple[float, float] = (2.0, 6.0)  # dB, each wall its own
    slab_loss: tuple[float, float] = (10.0, 15.0)  # dB, each slab its own
    gain_sd: float = 2.5  # dB between equal receivers
    shadowing_sd: float = 4.0  # dB
    shadowing_distance: float = 1.75  # m until the correlation has fallen to 1/e
    body_loss: float = 11.0  # dB straight through the wearer, in sight of the receiver (7 to 14 measured)
    body_loss_hidden: float = 5.5  # dB where walls are between and echoes come from all sides (3 to 8 measured)
    noise_sd: float = 1.5  # dB between packets of one channel at a still place
    sensitivity: float = -92.0  # dBm at which half of the packets are lost
    sensitivity_slope: float = 1.5  # dB from there to 73 % received
    scan_loss: float = 0.35  # of packets that fall between two scan windows
    scan_interval: float = 0.32  # s that a receiver stays on one channel


@dataclass(frozen=True, slots=True)
class Receptions:
    """What was received: n packets in order of time.

    `advert` (n,) index of the transmission heard, `time` (n,) in s, `anchor` (n,) index into
    RadioModel.anchor_ids, `rssi` (n,) whole dBm, `channel` (n,) index into CHANNEL_HZ.
    """

    advert: NDArray[np.int64]
    time: FloatArray
    anchor: NDArray[np.int64]
    rssi: NDArray[np.int64]
    channel: NDArray[np.int64]


class RadioModel:
    """The radio field of one home: fixed by `seed`, the same for every device that moves in it."""

    # Random numbers that one transmission takes an anchor; see `receive`.
    DRAWS = 4

    def __init__(self, home: Home, settings: RadioSettings | None = None, *, seed: int = 0) -> None:
        """Draw the field of `home`; anchors without a position hear nothing and are left out."""
        self.settings = settings or RadioSettings()
        anchors = [anchor for anchor in home.anchors if anchor.position is not None]
        self.anchor_ids = tuple(anchor.id for anchor in anchors)
        self._home = home
        self._floor_ids = [floor.id for floor in home.floors]
        self._elevation = np.array([floor.elevation for floor in home.floors])
        self._anchor_position = np.array([anchor.position for anchor in anchors], dtype=float).reshape(-1, 3)
        self._anchor_floor = np.array([self._floor_ids.index(anchor.floor) for anchor in anchors], dtype=int)
        rng = np.random.default_rng([seed, 0x4AD10])
        count, floors, draw = len(anchors), len(self._floor_ids), self.settings
        self._gain = rng.normal(0.0, draw.gain_sd, count)
        self._slabs = rng.uniform(*draw.slab_loss, max(floors - 1, 0))
        self._scan_phase = rng.uniform(0.0, 3.0, count)
        self._walls = [self._draw_walls(floor, rng) for floor in self._floor_ids]
        self._shadowing = [_ShadowingField(count, draw.shadowing_distance, rng) for _ in self._floor_ids]
        self._fading = [_FadingField(count, rng) for _ in self._floor_ids]

    def local_mean(self, track: Track, height: float, *, worn: BoolArray | None = None) -> FloatArray:
        """Return the received power in dBm, averaged over channels and a few wavelengths, shape (n, anchors).

        `height` of the transmitter in m above its floor; `worn` (n,) tells when a body is at its back.
        """
        obstacles = np.empty((len(track.time), len(self.anchor_ids)))
        mean = np.empty(obstacles.shape)
        for floor in np.unique(track.floor):
            at = track.floor == floor
            obstacles[at] = self._obstacles(int(floor), track.position[at], height)
            mean[at] = self._open_mean_on(int(floor), track.position[at], height)
        if worn is not None:
            in_sight, hidden = self.settings.body_loss, self.settings.body_loss_hidden
            body_loss = np.where(obstacles > 0.0, hidden, in_sight)
            mean -= worn[:, None] * body_loss * self._body(track, height)
        return mean - obstacles

    def fading(self, track: Track, channel: NDArray[np.int64]) -> FloatArray:
        """Return the multipath fading in dB for channels (n, anchors) of 0..2, same shape, mean 0."""
        fading = np.empty(channel.shape)
        for floor in np.unique(track.floor):
            at = track.floor == floor
            fading[at] = self._fading[int(floor)].at(track.position[at], channel[at])
        return fading

    def receive(
        self,
        track: Track,
        *,
        tx_offset: float,
        height: float,
        worn: BoolArray | None,
        draws: FloatArray,
    ) -> Receptions:
        """Return who hears the transmissions sent at the places and times of `track`, and how strongly.

        `draws` are uniform random numbers, shape (n, anchors, DRAWS). As every transmission has its
        own, the outcome does not depend on how a time span is cut into calls.
        """
        settings = self.settings
        slot = track.time[:, None] / settings.scan_interval + self._scan_phase
        channel = np.floor(slot).astype(np.int64) % len(CHANNEL_HZ)
        # Box and Muller: normal from uniform numbers. 1 - u lies in (0, 1].
        normal = np.sqrt(-2.0 * np.log(1.0 - draws[..., 0])) * np.cos(2.0 * np.pi * draws[..., 1])
        rssi = self.local_mean(track, height, worn=worn) + tx_offset
        rssi += self.fading(track, channel) + settings.noise_sd * normal
        heard = draws[..., 2] < 1.0 / (1.0 + np.exp((settings.sensitivity - rssi) / settings.sensitivity_slope))
        heard &= draws[..., 3] >= settings.scan_loss
        advert, anchor = np.nonzero(heard)
        return Receptions(
            advert=advert.astype(np.int64),
            time=track.time[advert],
            anchor=anchor.astype(np.int64),
            rssi=np.rint(rssi[heard]).astype(np.int64),
            channel=channel[heard],
        )

    def _draw_walls(self, floor: str, rng: np.random.Generator) -> Walls:
        walls = standing_walls(self._home, floor)
        drawn = rng.uniform(*self.settings.wall_loss, len(walls.segments))
        return Walls(walls.segments, np.where(np.isnan(walls.attenuation), drawn, walls.attenuation))

    def _open_mean_on(self, floor: int, position: FloatArray, height: float) -> FloatArray:
        flat = np.linalg.norm(position[:, None] - self._anchor_position[None, :, :2], axis=2)
        rise = self._anchor_height - (self._elevation[floor] + height)
        distance = np.maximum(np.hypot(flat, rise), NEAREST_M)
        mean = self.settings.reference_rssi - 10.0 * self.settings.exponent * np.log10(distance)
        mean += self._gain + self.settings.shadowing_sd * self._shadowing[floor].at(position)
        return cast("FloatArray", mean)

    def _obstacles(self, floor: int, position: FloatArray, height: float) -> FloatArray:
        """Return the loss in dB of the walls and slabs between n places of a floor and the anchors, (n, anchors)."""
        loss = np.zeros((len(position), len(self.anchor_ids)))
        for index, anchor_floor in enumerate(self._anchor_floor):
            anchor = np.broadcast_to(self._anchor_position[index, :2], position.shape)
            if anchor_floor == floor:
                loss[:, index] = self._through_walls(floor, position, anchor)
                continue
            # At the first slab on the way the walls of this floor end, at the last one the anchor's begin.
            low, high = sorted((floor, int(anchor_floor)))
            leave, arrive = (low + 1, high) if floor == low else (high, low + 1)
            bottom = self._elevation[floor] + height
            rise = self._anchor_height[index] - bottom
            first, last = (np.clip((self._elevation[slab] - bottom) / rise, 0.0, 1.0) for slab in (leave, arrive))
            loss[:, index] = self._through_walls(floor, position, position + first * (anchor - position))
            loss[:, index] += self._through_walls(int(anchor_floor), position + last * (anchor - position), anchor)
            loss[:, index] += self._slabs[low:high].sum()
        return loss

    def _through_walls(self, floor: int, start: FloatArray, end: FloatArray) -> FloatArray:
        walls = self._walls[floor]
        return cast("FloatArray", crossings(start, end, walls.segments) @ walls.attenuation)

    def _body(self, track: Track, height: float) -> FloatArray:
        """Return how much of the wearer is in the way: 0 facing the anchor, 1 with the back turned."""
        towards = self._anchor_position[None, :, :2] - track.position[:, None]
        flat = np.linalg.norm(towards, axis=2)
        bearing = np.arctan2(towards[..., 1], towards[..., 0])
        behind = (1.0 - np.cos(bearing - track.heading[:, None])) / 2.0
        rise = self._anchor_height - (self._elevation[track.floor] + height)[:, None]
        # Over the wearer's head or under the feet there is less body in the way.
        slant = flat / np.maximum(np.hypot(flat, rise), NEAREST_M)
        return cast("FloatArray", behind * slant)

    @property
    def _anchor_height(self) -> FloatArray:
        return cast("FloatArray", self._anchor_position[:, 2] + self._elevation[self._anchor_floor])


class _ShadowingField:
    """One Gaussian field a receiver over one floor: mean 0, sd 1, correlation exp(-distance / length).

    Random Fourier features: the exponential correlation in the plane has a bivariate Cauchy spectrum.
    """

    def __init__(self, receivers: int, length: float, rng: np.random.Generator) -> None:
        shape = (receivers, FIELD_WAVES)
        spread = np.abs(rng.normal(size=shape))
        self._wave = rng.normal(size=(*shape, 2)) / (length * np.maximum(spread, 1e-6)[..., None])
        self._phase = rng.uniform(0.0, 2.0 * np.pi, shape)

    def at(self, position: FloatArray) -> FloatArray:
        """Return the field at `position` (n, 2), shape (n, receivers)."""
        angle = np.einsum("rwc,nc->nrw", self._wave, position) + self._phase
        return cast("FloatArray", math.sqrt(2.0 / FIELD_WAVES) * np.cos(angle).sum(axis=2))


class _FadingField:
    """Rayleigh fading as a sum of plane waves, for each receiver and channel over one floor.

    It decorrelates within a few centimetres and from channel to channel, which is why the channels'
    means lie some 8 dB apart at a still place: the delays of a home's echoes exceed 1 / 24 MHz
    only in part, so independent channels are the harsher assumption.
    """

    def __init__(self, receivers: int, rng: np.random.Generator) -> None:
        shape = (receivers, len(CHANNEL_HZ), PLANE_WAVES)
        direction = rng.uniform(0.0, 2.0 * np.pi, shape)
        number = 2.0 * np.pi * np.array(CHANNEL_HZ)[None, :, None] / SPEED_OF_LIGHT
        self._wave = np.stack((np.cos(direction), np.sin(direction)), axis=-1) * number[..., None]
        self._phase = rng.uniform(0.0, 2.0 * np.pi, shape)

    def at(self, position: FloatArray, channel: NDArray[np.int64]) -> FloatArray:
        """Return dB at `position` (n, 2) on `channel` (n, receivers), shape (n, receivers), mean 0."""
        receiver = np.arange(channel.shape[1])[None, :]
        angle = np.einsum("nrwc,nc->nrw", self._wave[receiver, channel], position)
        angle += self._phase[receiver, channel]
        power = np.cos(angle).sum(axis=2) ** 2 + np.sin(angle).sum(axis=2) ** 2
        return cast("FloatArray", 10.0 * np.log10(np.maximum(power / PLANE_WAVES, 1e-6)) - RAYLEIGH_MEAN_DB)
