"""Contact points: what compares equal, and what is shown to those who may not see the value."""

import pytest

from schema.customers.contacts import mask, normal_value
from schema.customers.models import Channel


@pytest.mark.parametrize(("channel", "value", "normal"), [
    (Channel.PHONE, "+86 138-1234-5678", "+8613812345678"), (Channel.PHONE, "(5) 555-4729", "55554729"),
    (Channel.SMS, "＋４４ ２０", "+4420"),
    (Channel.EMAIL, " Wang@Example.TEST ", "wang@example.test"), (Channel.SOCIAL, " 王伟_01 ", "王伟_01"),
])
def test_normal_value(channel: Channel, value: str, normal: str) -> None:
    assert normal_value(channel, value) == normal


@pytest.mark.parametrize(("channel", "value", "masked"), [
    (Channel.EMAIL, "wang@example.test", "w***@example.test"), (Channel.EMAIL, "no address", "n***"),
    (Channel.EMAIL, "@example.test", "***@example.test"),
    (Channel.PHONE, "+86 138-1234-5678", "***678"), (Channel.PHONE, "12345", "***45"), (Channel.PHONE, "112", "***"),
    (Channel.PHONE, "", "***"),
    (Channel.SOCIAL, "王伟", "王***"), (Channel.POST, "", "***"),
])
def test_mask(channel: Channel, value: str, masked: str) -> None:
    assert mask(channel, value) == masked
