"""Percent-encoding is decoded as Python's library decodes it."""

from urllib.parse import parse_qsl, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei_kg.web.percent import TooManyFieldsError, decoded, fields

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [b"%", b"%%", b"%4", b"%zz", b"=", b"==", b"=41", b"=\n", b"\r\n", b"_", b"+", b"&", b" \n"]
        ),
        st.integers(0, 255).map(lambda code: b"%%%02x" % code),
        st.integers(0, 255).map(lambda code: b"%%%02X" % code),
        st.text(max_size=3).map(str.encode),
        st.binary(max_size=3),
    ),
    max_size=12,
).map(b"".join)


@given(PIECES)
def test_bytes_are_those_that_are_meant(content: bytes) -> None:
    assert decoded(content) == unquote_to_bytes(content)


@given(PIECES)
def test_fields_are_those_of_a_form(content: bytes) -> None:
    try:
        expected = parse_qsl(content.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            fields(content, 100)
    else:
        assert fields(content, 100) == expected


def test_there_may_be_so_many_and_no_more() -> None:
    assert len(fields(b"a=1&b=2&c=3", 3)) == 3
    with pytest.raises(TooManyFieldsError):
        fields(b"a=1&b=2&c=3", 2)
