#!/usr/bin/env python3
"""A random trace of usage channels with what every step leaves, for the contract and its TypeScript twin.

Run: python3 scripts/oracle/channel_trace.py contracts/test/fixtures/channelTrace.json

Written from the rules in IUsageChannel, not from either program: a channel is the list of vouchers that
were taken, and every sum is worked out anew from that list with exact fractions. Needs only the standard
library; the seed is fixed, so that the file is the same each time.

Three pairs: 0 is licence 1 (quota 1,000, 333,333 ppm to the host) at host 0, 1 the same licence at host 1,
2 is licence 2 (no quota, 900,000 ppm) at host 0. A step is 14 numbers of 16 bytes:
act, pair, seconds waited before, calls, amount, key, seconds, error, and then what is left: credits of host
0, host 1 and the holder, gross of models 1 and 2, and the channel's balance.
"""

import json
import random
import sys
from fractions import Fraction
from math import floor

OPEN, TOP_UP, ACTIVATE, ACTIVATE_BY_HOST, SETTLE, REQUEST, REVOKE, FINALIZE, COOP = range(9)
ERRORS = [
    "",
    "UnknownChannel",
    "ChannelExists",
    "Closing",
    "CloseTooEarly",
    "SessionKeyUsed",
    "SessionInForce",
    "PermissionNotInForce",
    "BadSignature",
    "NoSession",
    "VoucherStale",
    "OverDeposit",
    "OverCap",
    "QuotaExceeded",
]
ENDLESS = 2**64 - 1
START = 1_800_000_000
STEPS = 250
PPM = [Fraction(333_333, 10**6), Fraction(900_000, 10**6)]
PAIRS = [(0, 0), (0, 1), (1, 0)]


class Refused(Exception):
    pass


def refuse_if(condition, name):
    if condition:
        raise Refused(name)


class Channel:
    """One opening of a pair."""

    def __init__(self, now, deposit, delay, first_call, reserved):
        self.opened, self.deposit, self.delay = now, deposit, delay
        self.first_call, self.reserved = first_call, reserved
        self.taken = [(first_call, 0)]
        self.session = None  # (key, calls, amount, end)
        self.closes = None

    def last_call(self):
        return ENDLESS if self.reserved is None else self.first_call + self.reserved

    def settleable(self, now):
        return self.session is not None and now < self.session[3] + self.delay


class World:
    def __init__(self):
        self.now = START
        self.quota = [1_000, None]
        self.calls = [0] * 3
        self.keys = [set() for _ in PAIRS]
        self.open = [None] * 3
        self.past = [[] for _ in PAIRS]  # (settled, returned) of closed openings

    def act(self, act, pair, calls, amount, key, seconds):
        channel = self.open[pair]
        if act == OPEN:
            refuse_if(channel, "ChannelExists")
            licence = PAIRS[pair][0]
            quota = self.quota[licence]
            reserved = calls or quota
            if quota is not None:
                refuse_if(reserved == 0 or reserved > quota, "QuotaExceeded")
                self.quota[licence] -= reserved
            self.open[pair] = Channel(
                self.now, amount, seconds, self.calls[pair], reserved or None
            )
            self.open[pair].metered = quota is not None
            return
        refuse_if(channel is None, "UnknownChannel")
        if act == TOP_UP:
            refuse_if(channel.closes is not None, "Closing")
            channel.deposit += amount
        elif act in (ACTIVATE, ACTIVATE_BY_HOST):
            self.activate(channel, act, pair, calls, amount, key, seconds)
        elif act == SETTLE:
            self.settle(channel, pair, calls, amount, key)
        elif act == REQUEST:
            refuse_if(channel.closes is not None, "Closing")
            channel.closes = self.now + channel.delay
        elif act == REVOKE:
            channel.closes = channel.closes or self.now + channel.delay
        elif act == FINALIZE:
            refuse_if(channel.closes is None or self.now < channel.closes, "CloseTooEarly")
            self.close(channel, pair)
        else:
            before = channel.taken[-1]
            refuse_if(calls < before[0] or amount < before[1], "VoucherStale")
            refuse_if(amount > channel.deposit, "OverDeposit")
            refuse_if(calls > channel.last_call(), "OverCap")
            channel.taken.append((calls, amount))
            self.close(channel, pair)

    def activate(self, channel, act, pair, calls, amount, key, seconds):
        refuse_if(channel.closes is not None, "Closing")
        end = self.now + seconds
        calls = min(calls, channel.last_call())
        if channel.settleable(self.now) and act == ACTIVATE:
            old = channel.session
            wider = key == old[0] and calls >= old[1] and amount >= old[2] and end >= old[3]
            refuse_if(not wider, "SessionInForce")
        if channel.session is None or key != channel.session[0]:
            refuse_if(key in self.keys[pair], "SessionKeyUsed")
        self.keys[pair].add(key)
        channel.session = (key, calls, amount, end)

    def settle(self, channel, pair, calls, amount, key):
        refuse_if(channel.session is None, "NoSession")
        refuse_if(channel.closes is not None and self.now >= channel.closes, "Closing")
        refuse_if(not channel.settleable(self.now), "PermissionNotInForce")
        before = channel.taken[-1]
        rises = calls >= before[0] and amount >= before[1] and (calls, amount) != before
        refuse_if(not rises, "VoucherStale")
        refuse_if(amount > channel.deposit, "OverDeposit")
        refuse_if(amount > channel.session[2] or calls > channel.session[1], "OverCap")
        refuse_if(key != channel.session[0], "BadSignature")
        channel.taken.append((calls, amount))
        self.calls[pair] = calls

    def close(self, channel, pair):
        calls, settled = channel.taken[-1]
        self.calls[pair] = calls
        if channel.metered:
            self.quota[PAIRS[pair][0]] += channel.last_call() - calls
        self.past[pair].append((settled, channel.deposit - settled))
        self.open[pair] = None

    def left(self):
        hosts, grosses, holder, balance = [0, 0], [0, 0], 0, 0
        for (licence, host), channel, past in zip(PAIRS, self.open, self.past):
            sums = [settled for settled, _ in past]
            holder += sum(returned for _, returned in past)
            if channel:
                sums.append(channel.taken[-1][1])
                balance += channel.deposit - sums[-1]
            for settled in sums:
                part = floor(settled * PPM[licence])
                hosts[host] += part
                grosses[licence] += settled - part
        return [*hosts, holder, *grosses, balance]


def choose(world, rng):
    """A step that is likely near what is allowed, on either side."""
    pair = rng.randrange(3)
    channel = world.open[pair]
    amount, calls, key, seconds = rng.randrange(1, 10**6), 0, rng.randrange(6), 0
    if channel is None:
        act = OPEN if rng.random() < 0.9 else rng.choice([SETTLE, FINALIZE, TOP_UP, REQUEST])
        calls = rng.choice([0, rng.randrange(1, 400)])
        return act, pair, calls, amount, key, rng.randrange(900, 7_200)
    closing = channel.closes is not None
    if closing and world.now >= channel.closes and rng.random() < 0.7:
        act = FINALIZE
    elif not closing and not channel.settleable(world.now) and rng.random() < 0.8:
        act = ACTIVATE
    else:
        acts = [SETTLE, TOP_UP, ACTIVATE, ACTIVATE_BY_HOST, REQUEST, REVOKE, FINALIZE, COOP, OPEN]
        act = rng.choices(acts, [60, 6, 10, 6, 3, 2, 10, 2, 2])[0]
    if act in (ACTIVATE, ACTIVATE_BY_HOST):
        calls = rng.choice([ENDLESS, channel.taken[-1][0] + rng.randrange(300)])
        amount = rng.choice([2**128 - 1, rng.randrange(10**6)])
        fresh = [k for k in range(10**6) if k not in world.keys[pair]][0]
        old = channel.session[0] if channel.session else fresh
        key = rng.choices([fresh, old, rng.randrange(6)], [4, 4, 1])[0]
        seconds = rng.randrange(1, 60_000)
    elif act in (SETTLE, COOP):
        last = channel.taken[-1]
        calls = max(0, last[0] + rng.choice([-1, 0, 1, rng.randrange(60)]))
        most = channel.deposit - last[1]
        amount = max(0, last[1] + rng.choice([-1, 0, 1, rng.randrange(most // 4 + 2), most, most + 1]))
        if channel.session and rng.random() < 0.9:
            key = channel.session[0]
    elif act == OPEN:
        seconds = 900
    return act, pair, calls, amount, key, seconds


def main(path):
    rng, world, words, seen = random.Random(6023), World(), [], {}
    for _ in range(STEPS):
        wait = rng.choice([0, 1, rng.randrange(600), rng.randrange(4_000)])
        if rng.random() < 0.1:
            # To the very second at which something ends, or the one before.
            ends = [c.closes for c in world.open if c and c.closes]
            ends += [c.session[3] + c.delay for c in world.open if c and c.session]
            ends = [end for end in ends if end > world.now]
            if ends:
                wait = min(ends) - world.now - rng.randrange(2)
        world.now += wait
        step = choose(world, rng)
        try:
            world.act(*step)
            error = ""
        except Refused as refused:
            error = str(refused)
        seen[(step[0], error)] = seen.get((step[0], error), 0) + 1
        act, pair, *rest = step
        words += [act, pair, wait, *rest, ERRORS.index(error), *world.left()]
    for name in ERRORS:
        if not any(error == name for _, error in seen):
            raise SystemExit(f"The trace never meets {name or 'success'}.")
    trace = "0x" + b"".join(word.to_bytes(16, "big") for word in words).hex()
    with open(path, "w", encoding="ascii") as file:
        json.dump({"steps": STEPS, "errors": ERRORS, "trace": trace}, file, indent=1)
        file.write("\n")
    print({f"{act} {error}": count for (act, error), count in sorted(seen.items())})


main(sys.argv[1])
