"""Writes golden values for src/fingerprint/statistics, computed with mpmath and SciPy.

Usage: python make_statistics_goldens.py <output.json>

Nothing here is shared with the TypeScript: tails are summed term by term at 60 digits, intervals
come from SciPy's beta quantiles, processes are plain products of mpmath numbers.
"""

import json
import random
import sys

from mpmath import binomial, exp, log, log10, mp, mpf
from scipy.stats import beta

mp.dps = 60
BETS = [mpf("0.25"), mpf("0.5"), mpf("0.75"), mpf("0.95")]
TEMPERATURES = [mpf("0.5"), mpf(1), mpf(2)]


def tail(hits, n, p):
    return sum(binomial(n, x) * p**x * (1 - p) ** (n - x) for x in range(hits, n + 1))


def tails():
    rows = []
    for n, k in [(5, 3), (8, 16), (32, 16), (64, 8), (128, 32), (1024, 16), (4096, 2)]:
        p = mpf(1) / k
        marks = {0, 1, n // k, n // k + 1, n // 4, n // 2, n - 1, n}
        for hits in sorted(marks):
            value = tail(hits, n, p)
            rows.append({"hits": hits, "n": n, "k": k, "logTail": float(log(value))})
    return rows


def criticals():
    rows = []
    for n, k, alpha in [(5, 16, 1e-4), (32, 16, 1e-4), (64, 16, 1e-4), (128, 16, 1e-4), (32, 16, 1e-9),
                        (64, 16, 1e-9), (64, 3, 1e-4), (4, 3, 1e-4), (128, 32, 1e-4)]:
        p = mpf(1) / k
        fit = [m for m in range(n + 1) if tail(m, n, p) <= mpf(alpha)]
        rows.append({"n": n, "k": k, "alpha": alpha, "critical": fit[0] if fit else None})
    return rows


def intervals():
    rows = []
    for hits, n in [(0, 16), (1, 16), (8, 16), (16, 16), (30, 32), (97, 128), (0, 1), (500, 1024)]:
        low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, n - hits + 1))
        high = 1.0 if hits == n else float(beta.ppf(0.975, hits + 1, n - hits))
        rows.append({"hits": hits, "n": n, "low": low, "high": high})
    return rows


def text_process(hits, k):
    products = [mpf(1)] * len(BETS)
    path = []
    for hit in hits:
        products = [e * (1 + b * (k * (1 if hit else 0) - 1)) for e, b in zip(products, BETS)]
        path.append(float(log10(sum(products) / len(products))))
    return path


def logit_process(keys, k):
    products = [mpf(1)] * len(TEMPERATURES)
    path = []
    for suspect, base, r in keys:
        w = [exp(mpf(s) - mpf(b)) for s, b in zip(suspect, base)]
        products = [e * k * w[r] ** t / sum(x**t for x in w) for e, t in zip(products, TEMPERATURES)]
        path.append(float(log10(sum(products) / len(products))))
    return path


def processes():
    rng = random.Random(20260101)
    text, logit = [], []
    for k, n, rate in [(16, 32, 0.9), (16, 40, 0.06), (8, 12, 0.5), (2, 20, 1.0), (16, 400, 0.0)]:
        hits = [rng.random() < rate for _ in range(n)]
        text.append({"k": k, "hits": hits, "path": text_process(hits, k)})
    for k, n, lift in [(16, 32, 8.0), (8, 10, 0.0), (16, 12, -4.0), (4, 6, 60.0)]:
        keys = []
        for _ in range(n):
            r = rng.randrange(k)
            base = [round(rng.uniform(-12, -4), 6) for _ in range(k)]
            suspect = [round(b + rng.gauss(0, 1) + (lift if j == r else 0), 6) for j, b in enumerate(base)]
            keys.append([suspect, base, r])
        logit.append({
            "k": k,
            "keys": [{"suspect": s, "base": b, "response": r} for s, b, r in keys],
            "path": logit_process(keys, k),
        })
    return text, logit


def main():
    text, logit = processes()
    goldens = {
        "tails": tails(),
        "criticals": criticals(),
        "intervals": intervals(),
        "text": text,
        "logit": logit,
    }
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(goldens, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
