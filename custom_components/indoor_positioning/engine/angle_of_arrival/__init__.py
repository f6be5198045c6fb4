"""From the raw samples of an antenna array to the direction of a beacon.

Directions are in the frame of the array, which is that of its anchor: x to the front, y to the left, z upwards; the
azimuth counts counter-clockwise from the front, the elevation upwards, both in radians.
"""
