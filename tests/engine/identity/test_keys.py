"""Keys and AES."""

from __future__ import annotations

from custom_components.indoor_positioning.engine.identity.keys import BlockCipher, key_fingerprint, parse_key


def test_aes_of_the_standard() -> None:
    """FIPS 197, appendix C.1; two blocks at once are two blocks one after the other."""
    cipher = BlockCipher(bytes(range(16)))
    block = bytes.fromhex("00112233445566778899aabbccddeeff")
    secret = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    assert cipher.encrypt(block) == secret
    assert cipher.encrypt(block * 2) == secret * 2


def test_cipher_does_not_tell_its_key() -> None:
    assert bytes(range(16)).hex() not in repr(BlockCipher(bytes(range(16))))


def test_url_safe_and_unpadded_base64() -> None:
    key = bytes([0xFB, 0xFF] * 8)
    assert parse_key("-__7__v_-__7__v_-__7_w") == parse_key("+//7//v/+//7//v/+//7/w==") == key


def test_fingerprints_tell_purposes_apart() -> None:
    assert key_fingerprint("a", bytes(16)) != key_fingerprint("b", bytes(16))
    assert len(key_fingerprint("a", bytes(16))) == 12
