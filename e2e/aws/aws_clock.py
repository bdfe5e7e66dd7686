"""Sets the clock that botocore signs with, where a test asks for another one than the machine's."""

import datetime
import os

import botocore.auth

offset = datetime.timedelta(milliseconds=int(os.environ.get("EVERFLAME_TEST_CLOCK_OFFSET_MS", "0")))
real = botocore.auth.get_current_datetime


def set_clock():
    if offset:
        botocore.auth.get_current_datetime = lambda *args, **rest: real(*args, **rest) + offset
