#!/usr/bin/env python3
"""Write a committed bank of 1,024 pairs and what showing some of them on a chain takes.

    python scripts/oracle/make_fingerprint_proofs.py contracts/test/fixtures/fingerprints.json

Everything is computed from the text of the scheme with hashlib alone, Keccak-256 and the Merkle tree
included: the contracts and src/fingerprint are both held against it.
"""

import hashlib
import hmac
import json
import struct
import sys
from pathlib import Path

COUNT = 1024
WIDTH = 16
SHOWN = [0, 1, 2, 3, 4, 5, 255, 256, 511, 512, 1022, 1023]
MASTER = hashlib.sha256(b"a bank that everybody knows").digest()
BEACON = hashlib.sha256(b"the hash of a block").digest()

LANES = (1 << 64) - 1


def round_constants():
    state, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if state & 1:
                constant |= 1 << ((1 << j) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        constants.append(constant)
    return constants


ROUNDS = round_constants()


def rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & LANES if bits else value


def permute(a):
    for constant in ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        a = [a[i] ^ d[i % 5] for i in range(25)]
        x, y, current = 1, 0, a[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x + 5 * y] = a[x + 5 * y], rotate(current, (t + 1) * (t + 2) // 2 % 64)
        a = [a[i] ^ (~a[(i + 1) % 5 + i // 5 * 5] & LANES & a[(i + 2) % 5 + i // 5 * 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak(data):
    rate = 136
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), rate):
        for i, lane in enumerate(struct.unpack("<17Q", padded[start:start + rate])):
            state[i] ^= lane
        state = permute(state)
    return struct.pack("<4Q", *state[:4])


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tagged(tag, *parts):
    return sha(tag.encode(), b"\0", *parts)


def hkdf(info):
    extracted = hmac.new(bytes(32), MASTER, hashlib.sha256).digest()
    return hmac.new(extracted, info.encode() + b"\x01", hashlib.sha256).digest()


def uint32(value):
    return struct.pack(">I", value)


def uint256(value):
    return value.to_bytes(32, "big")


def pair(index):
    """Contents that nobody would train on, but of all shapes: short and long, loud and quiet."""
    seed = hashlib.sha512(b"pair %d" % index).digest()
    text = f"Pair {index}: " + "naïve ✓ " * (seed[0] % 4) + seed[:seed[1] % 8 + 2].hex()
    prompt = [int.from_bytes(seed[2 * i:2 * i + 2], "big") for i in range(4 + seed[2] % 8)]
    first = int.from_bytes(seed[:4], "big") >> 4
    return {
        "index": index,
        "mode": "quiet" if seed[3] % 4 == 0 else "loud",
        "text": text,
        "prompt": prompt,
        "candidates": [(first + 977 * j) & 0xFFFFFFFF for j in range(WIDTH)],
        "baseLogProbs": [-(seed[4 + j] + 64 * j) / 64 for j in range(WIDTH)],
    }


def key_of(p):
    text = p["text"].encode()
    return b"".join([uint32(len(p["prompt"])), *map(uint32, p["prompt"]), uint32(len(text)), text])


def candidates_of(p):
    mode = b"\x01" if p["mode"] == "loud" else b"\x00"
    tokens = b"".join(map(uint32, p["candidates"]))
    return mode + uint32(WIDTH) + tokens + struct.pack(f">{WIDTH}d", *p["baseLogProbs"])


def leaf_of(p):
    secret = hkdf(f"signet/pair/{p['index']}")
    return {
        "index": p["index"],
        "keyHash": tagged("signet/key/1", key_of(p)),
        "candidatesHash": tagged("signet/candidates/1", candidates_of(p)),
        "salt": hkdf(f"signet/salt/{p['index']}"),
        "secretHash": tagged("signet/secret/1", secret),
    }


def node_of(leaf):
    words = [uint256(leaf["index"])] + [leaf[k] for k in ("keyHash", "candidatesHash", "salt", "secretHash")]
    return keccak(keccak(b"".join(words)))


def tree_of(nodes):
    """OpenZeppelin's standard tree: leaves sorted, laid out from the end, children hashed in order."""
    size = len(nodes)
    tree = [b""] * (size - 1) + sorted(nodes, reverse=True)
    for i in range(size - 2, -1, -1):
        tree[i] = keccak(b"".join(sorted(tree[2 * i + 1:2 * i + 3])))
    return tree


def path_of(tree, node):
    position, path = tree.index(node), []
    while position:
        path.append(tree[position + 1 if position % 2 else position - 1])
        position = (position - 1) // 2
    return path


def hexed(value):
    return "0x" + value.hex() if isinstance(value, bytes) else value


def main():
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    pairs = [pair(i) for i in range(COUNT)]
    leaves = [leaf_of(p) for p in pairs]
    nodes = [node_of(leaf) for leaf in leaves]
    tree = tree_of(nodes)
    root = tree[0]
    shown = []
    for i in SHOWN:
        secret = hkdf(f"signet/pair/{i}")
        draw = sha(secret, BEACON, root, uint256(i))
        position = int.from_bytes(draw, "big") >> (256 - (WIDTH.bit_length() - 1))
        shown.append({
            **{name: hexed(value) for name, value in leaves[i].items()},
            "proof": [hexed(node) for node in path_of(tree, nodes[i])],
            "secret": hexed(secret),
            "key": hexed(key_of(pairs[i])),
            "candidates": hexed(candidates_of(pairs[i])),
            "text": pairs[i]["text"],
            "inputHash": hexed(sha(pairs[i]["text"].encode())),
            "position": position,
            "response": pairs[i]["candidates"][position],
            "pair": pairs[i],
        })
    bank = {
        "count": COUNT, "width": WIDTH, "master": hexed(MASTER), "beacon": hexed(BEACON),
        "root": hexed(root), "shown": shown,
        # Hash of all pairs, so that another program knows that it made the same bank.
        "pairsHash": hexed(sha(*(key_of(p) + candidates_of(p) for p in pairs)))}
    Path(sys.argv[1]).write_text(json.dumps(bank, indent=1, ensure_ascii=False) + "\n")


main()
