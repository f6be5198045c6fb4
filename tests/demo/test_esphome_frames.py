import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.esphome_frames import FrameError, NoiseFraming, PlaintextFraming

KEY = base64.b64encode(bytes(range(32))).decode()

messages = st.lists(st.tuples(st.integers(0, 500), st.binary(max_size=300)), max_size=8)


@given(messages=messages, cut=st.integers(1, 50))
def test_plaintext_messages_survive_any_cutting(messages: list[tuple[int, bytes]], cut: int):
    framing = PlaintextFraming()
    sent = b"".join(framing.wrap(*message) for message in messages)
    received = [message for at in range(0, len(sent), cut) for message in framing.feed(sent[at : at + cut])]
    assert received == messages


@given(data=st.binary(max_size=200))
def test_garbage_is_refused_or_waits_for_more(data: bytes):
    for framing in (PlaintextFraming(), NoiseFraming(KEY, "proxy", "D8A01D400010")):
        try:
            for message_type, payload in framing.feed(data):
                assert message_type >= 0
                assert len(payload) <= len(data)
        except FrameError:
            pass


@pytest.mark.parametrize("data", [b"\x01\x00\x00", b"\x00\xff\xff\xff\xff\xff\x01", b"\x00\xff\xff\x7f\x01"])
def test_what_is_no_plaintext_is_refused(data: bytes):
    with pytest.raises(FrameError):
        list(PlaintextFraming().feed(data))


def test_a_plaintext_client_is_told_that_a_key_is_needed():
    with pytest.raises(FrameError) as refusal:
        list(NoiseFraming(KEY, "proxy", "D8A01D400010").feed(PlaintextFraming().wrap(1, b"")))
    assert refusal.value.farewell.startswith(b"\x01")
