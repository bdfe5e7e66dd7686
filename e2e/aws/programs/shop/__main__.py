"""A shop with a thread of each kind: one computes, one waits for orders, one naps, one serves nobody."""

import http.server
import json
import queue
import signal
import sys
import threading
import time

from shop import pricing, stock


def wait_for_orders(orders):
    while True:
        orders.get()


def nap():
    while True:
        time.sleep(0.3)


def in_background(work, *given):
    threading.Thread(target=work, args=given, daemon=True).start()


def main():
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    in_background(wait_for_orders, queue.Queue())
    in_background(nap)
    in_background(server.serve_forever)
    # What this thread spent where, by its own clock, is what a profile of it is measured against.
    seconds = {"pricing": 0.0, "stock": 0.0}
    while not ended.is_set():
        for name, work in (("pricing", pricing.cheapest_basket), ("stock", stock.recount)):
            before = time.thread_time()
            work()
            seconds[name] += time.thread_time() - before
    print(json.dumps(seconds), flush=True)


sys.setswitchinterval(0.001)
main()
