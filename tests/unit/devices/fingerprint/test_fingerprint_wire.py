"""Bytes to packets and back, with whatever a bad cable makes of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Garbage, Packet, Unpacker, in_packets

contents = st.binary(min_size=1, max_size=256)


def _packets(received: list[Packet | Garbage]) -> list[Packet]:
    return [item for item in received if isinstance(item, Packet)]


def test_a_command_is_written_as_in_the_manual():
    # ZFM-20 user manual, GenImg: EF01 FFFFFFFF 01 0003 01 0005
    assert Packet(COMMAND, b"\x01").to_bytes() == bytes.fromhex("ef01ffffffff010003010005")


@settings(deadline=None)
@given(st.lists(contents, min_size=1, max_size=5), st.integers(1, 64))
def test_packets_arrive_however_the_stream_is_cut(sent, cut):
    stream = b"".join(Packet(ACK, content).to_bytes() for content in sent)
    unpacker = Unpacker()
    received = [item for at in range(0, len(stream), cut) for item in unpacker.feed(stream[at : at + cut])]
    assert received == [Packet(ACK, content) for content in sent]


@settings(deadline=None)
@given(contents)
def test_wanted_bytes_asks_for_no_more_than_comes(content):
    stream, unpacker, received = Packet(ACK, content).to_bytes(), Unpacker(), []
    while stream:
        size = unpacker.wanted_bytes
        assert size <= len(stream)
        received += unpacker.feed(stream[:size])
        stream = stream[size:]
    assert received == [Packet(ACK, content)]


@settings(deadline=None)
@given(contents.filter(lambda content: b"\xef" not in content), st.integers(0, 255))
def test_the_packet_after_a_lost_byte_is_found_again(content, at):
    spoilt = Packet(DATA, content).to_bytes()
    spoilt = spoilt[: at % len(spoilt)] + spoilt[at % len(spoilt) + 1 :]
    following = [Packet(ACK, bytes(256)), Packet(ACK, b"\x00")]
    received = list(Unpacker().feed(spoilt + b"".join(packet.to_bytes() for packet in following)))
    assert following[-1] in received


@settings(deadline=None)
@given(contents, st.integers(9, 300), st.integers(1, 255))
def test_a_changed_byte_never_passes_for_a_packet(content, at, change):
    spoilt = bytearray(Packet(DATA, content).to_bytes())
    spoilt[9 + at % (len(spoilt) - 9)] ^= change
    assert Packet(DATA, content) not in list(Unpacker().feed(bytes(spoilt)))


def test_rubbish_is_reported_and_passed_over():
    received = list(Unpacker().feed(b"\x55\x00\xef\x13" + Packet(ACK, b"\x00").to_bytes()))
    assert _packets(received) == [Packet(ACK, b"\x00")]
    assert [item.reason for item in received if isinstance(item, Garbage)] == ["framing"]


def test_a_wrong_checksum_is_told_from_rubbish():
    spoilt = Packet(ACK, b"\x00").to_bytes()[:-1] + b"\x99"
    assert Garbage("checksum", 2) in list(Unpacker().feed(spoilt))


@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_data_is_cut_into_packets_and_the_last_says_so(size):
    data = bytes(range(256)) * 144
    packets = list(in_packets(data, size, 0xFFFFFFFF))
    assert b"".join(packet.content for packet in packets) == data
    assert {packet.kind for packet in packets[:-1]} == {DATA}
    assert packets[-1].kind == END_OF_DATA
