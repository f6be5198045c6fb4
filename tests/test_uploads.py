"""Files on their way in: few, bounded, and not for long."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from homeassistant.exceptions import ServiceValidationError

from custom_components.indoor_positioning.uploads import GIVEN_UP_AFTER_S, UploadKind, Uploads


def refusal_of(action: Callable[[], object]) -> str | None:
    """Return the key with which an action is refused."""
    with pytest.raises(ServiceValidationError) as caught:
        action()
    return caught.value.translation_key


def test_a_file_is_put_together() -> None:
    uploads = Uploads()
    upload = uploads.begin(UploadKind.PICTURE, 5)
    assert uploads.add(upload, b"abc") == 3
    assert uploads.add(upload, b"de") == 5
    assert uploads.take(upload, UploadKind.PICTURE) == b"abcde"
    assert refusal_of(lambda: uploads.take(upload, UploadKind.PICTURE)) == "upload_gone"


def test_what_nobody_goes_on_with_is_forgotten_when_the_next_begins() -> None:
    uploads = Uploads()
    with patch("custom_components.indoor_positioning.clock.monotonic") as now:
        now.return_value = 1000.0
        first = uploads.begin(UploadKind.PICTURE, 5)
        now.return_value += GIVEN_UP_AFTER_S + 1.0
        uploads.begin(UploadKind.HOME, 5)
    assert refusal_of(lambda: uploads.add(first, b"abc")) == "upload_gone"


def test_a_home_may_be_larger_than_a_picture() -> None:
    uploads = Uploads()
    size = 50 * 1024 * 1024
    assert uploads.begin(UploadKind.HOME, size)
    assert refusal_of(lambda: uploads.begin(UploadKind.PICTURE, size)) == "upload_too_large"
