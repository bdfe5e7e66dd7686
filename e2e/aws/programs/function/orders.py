"""A function as somebody would deploy it: it knows nothing of profiling."""

import time


def price_order(until):
    total = 0
    while time.monotonic() < until:
        total += sum(item * item for item in range(1000))
    return total


def handler(event, context):
    price_order(time.monotonic() + event["seconds"])
    return {"order": event["order"], "by": context.function_name}
