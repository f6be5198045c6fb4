"""Trained weights through TensorFlow's own converter, for `scripts/test converter`; for a Python that has it.

    tensorflow_convert.py NETWORK.npz MODEL.tflite

NETWORK holds `weight_0`, `bias_0`, … of each dense layer, ReLU between them, and `calibration` (n, inputs).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

tf = importlib.import_module("tensorflow")


def main() -> None:
    """Convert to full int8 with one scale for all weights of a layer, as our own quantiser does."""
    source, target = map(Path, sys.argv[1:3])
    with np.load(source) as stored:
        count = sum(name.startswith("weight_") for name in stored.files)
        layers = [(stored[f"weight_{index}"], stored[f"bias_{index}"]) for index in range(count)]
        calibration = stored["calibration"].astype(np.float32)
    model = tf.keras.Sequential([tf.keras.Input((calibration.shape[1],), batch_size=1)])
    for index, (weight, bias) in enumerate(layers):
        dense = tf.keras.layers.Dense(len(bias), activation="relu" if index < count - 1 else None)
        model.add(dense)
        dense.set_weights([weight.T.astype(np.float32), bias.astype(np.float32)])
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]

    def representative() -> Iterator[list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]]:
        for row in calibration:
            yield [row[None]]

    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    vars(converter)["_experimental_disable_per_channel_quantization_for_dense_layers"] = True
    target.write_bytes(converter.convert())


if __name__ == "__main__":
    main()
