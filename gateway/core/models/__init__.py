"""The tables. Times are UTC; texts of people are bounded where they come in, not here.

A post's id is its running serial, taken from `counter` in the same transaction: ids are therefore
in the order of commits, on PostgreSQL too, and a cursor that has passed one has passed all before.
"""

from gateway.core.models.base import Base, UtcTime
from gateway.core.models.people import (
    Address,
    Bucket,
    Code,
    Consent,
    DeviceRow,
    Member,
    SessionRow,
    Throttle,
)
from gateway.core.models.running import ProcessRow, TallyRow
from gateway.core.models.talk import (
    CHANGE,
    EDITION,
    SERIAL,
    Action,
    Counter,
    Group,
    Media,
    Post,
    Question,
    Shown,
    Subscription,
    ThankYou,
)
from gateway.core.models.wire import (
    CaughtUp,
    ChannelPause,
    DeliveryEvent,
    Fetched,
    Inbox,
    Lease,
    Outbox,
    Spending,
)

__all__ = [
    "CHANGE",
    "EDITION",
    "SERIAL",
    "Action",
    "Address",
    "Base",
    "Bucket",
    "CaughtUp",
    "ChannelPause",
    "Code",
    "Consent",
    "Counter",
    "DeliveryEvent",
    "DeviceRow",
    "Fetched",
    "Group",
    "Inbox",
    "Lease",
    "Media",
    "Member",
    "Outbox",
    "Post",
    "ProcessRow",
    "Question",
    "SessionRow",
    "Shown",
    "Spending",
    "Subscription",
    "TallyRow",
    "ThankYou",
    "Throttle",
    "UtcTime",
]
