#!/usr/bin/env python3
"""Random lineages with their flattened shares, for the registry contract and its TypeScript twin.

Run: python3 scripts/oracle/lineage_fixture.py contracts/test/fixtures/lineage.json

Works from the rule, not from either program: every (parent, ancestor) pair is written down as a
claim on the parent's edge with exact fractions, claims are sorted by where they stand, and the sums
are taken at the end. Needs only the standard library; the seed is fixed, so that the file is the
same each time.

Models of a graph are numbered from 1 in the order of registration. One that must be refused is
listed with its error and is given no number.
"""

import json
import random
import sys
from fractions import Fraction
from math import floor

WHOLE = 1_000_000
MOST_PPM = 500_000
LEAST_CUT = 1_000
MOST_ANCESTORS = 16

OK, OVERFLOW, TOO_WIDE = 0, 1, 2


def flatten(edges, lineages):
    """edges: [(parent, ppm)]; lineages: {model: [(ancestor, ppm)]}. Returns (outcome, arg, list)."""
    total = sum(ppm for _, ppm in edges)
    if total > MOST_PPM:
        return OVERFLOW, total, []

    claims = []  # (rank, ancestor, whole millionths)
    for number, (parent, ppm) in enumerate(edges):
        passed = 0
        for place, (ancestor, share) in enumerate(lineages[parent]):
            cut = floor(Fraction(ppm) * Fraction(share, WHOLE))
            if cut >= LEAST_CUT:
                claims.append(((1 + place, number), ancestor, cut))
                passed += cut
        claims.append(((0, number), parent, ppm - passed))

    shares, first = {}, {}
    for rank, who, ppm in claims:
        shares[who] = shares.get(who, 0) + ppm
        first[who] = min(rank, first.get(who, rank))
    order = sorted((who for who in shares if shares[who] > 0), key=first.__getitem__)
    flat = [(who, shares[who]) for who in order]

    assert sum(ppm for _, ppm in flat) == total
    if len(flat) > MOST_ANCESTORS:
        return TOO_WIDE, len(flat), []
    return OK, 0, flat


EDGES = [0, 1, 2, 999, 1_000, 1_001, 1_999, 2_000, 31_250, 62_500, 125_000, 250_000, 499_999, 500_000]


def chain(rng, count):
    """One parent each, mostly the last model."""
    parent = count if rng.random() < 0.9 else rng.randint(1, count)
    return [(parent, rng.randint(1_000, 500_000))]


def family(rng, count):
    """A few recent parents: diamonds."""
    recent = range(max(1, count - 5), count + 1)
    parents = rng.sample(recent, min(len(recent), rng.randint(1, 4)))
    return [(parent, rng.randint(0, 500_000 // len(parents))) for parent in parents]


def crowd(rng, count):
    """Four parents with large shares: wide lineages, some too wide."""
    parents = rng.sample(range(max(1, count - 11), count + 1), min(count, 4))
    return [(parent, rng.randint(110_000, 125_000)) for parent in parents]


def edges_of_range(rng, count):
    """Shares at the limits; sums above the cap are frequent."""
    parents = rng.sample(range(1, count + 1), min(count, rng.randint(1, 4)))
    return [(parent, rng.choice(EDGES)) for parent in parents]


def trickle(rng, count):
    """Small shares, of which most cuts are folded."""
    parents = rng.sample(range(1, count + 1), min(count, rng.randint(1, 4)))
    return [(parent, rng.randint(0, 20_000)) for parent in parents]


def main(path):
    rng = random.Random(20260901)
    kinds = [chain, family, crowd, edges_of_range, trickle]
    rows = []
    for graph in range(25):
        kind = kinds[graph % len(kinds)]
        roots = 6 if kind is crowd else rng.randint(1, 5)
        lineages = {}
        for step in range(30):
            edges = [] if step < roots else kind(rng, len(lineages))
            outcome, arg, flat = flatten(edges, lineages)
            rows.append(
                {"arg": arg, "expected": flat, "graph": graph, "outcome": outcome, "parents": edges}
            )
            if outcome == OK:
                lineages[len(lineages) + 1] = flat
    counts = [sum(row["outcome"] == kind for row in rows) for kind in (OK, OVERFLOW, TOO_WIDE)]
    widest = max(len(row["expected"]) for row in rows)
    print(f"{counts[0]} lineages, widest {widest}; {counts[1]} over the cap, {counts[2]} too wide")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        lines = ",\n".join("  " + json.dumps(row, separators=(",", ":")) for row in rows)
        file.write('{"models":[\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1])
