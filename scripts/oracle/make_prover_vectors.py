#!/usr/bin/env python3
"""Vectors for provers: age files of another implementation, and what a token adds to a prompt.

    python scripts/oracle/make_prover_vectors.py public/demo src/fingerprint/prover/fixtures/vectors.json

Needs pyrage (the Rust implementation of age) and transformers. `age` holds identities with a text that
was encrypted for them and under a passphrase; `answers` holds prompts of the model in the first argument
with the text that each token adds, as servers that stream by transformers' tokenizers give it.
"""

import json
import random
import sys

import pyrage
from transformers import AutoTokenizer

PROMPTS = [
    "Once upon a time",
    "The king said to the miller:",
    "Ende gut, alles",
    "1,000 gold coins and",
    "L'été dernier, le garçon naïf",
]


def age_vectors() -> dict:
    own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    text = "A package for one prover, ünïcode too.\n"
    sealed = pyrage.encrypt(text.encode(), [own.to_public()], armored=True)
    exported = pyrage.passphrase.encrypt(
        f"# made by another tool\n{own}\n".encode(), "seven calm otters", armored=True
    )
    return {
        "identity": str(own),
        "recipient": str(own.to_public()),
        "otherIdentity": str(other),
        "text": text,
        "sealed": sealed.decode(),
        "passphrase": "seven calm otters",
        "exported": exported.decode(),
    }


def answer_vectors(folder: str) -> list[dict]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rng = random.Random(11)
    ids = [i for i in range(len(tokenizer)) if i not in tokenizer.all_special_ids]
    vectors = []
    for prompt in PROMPTS:
        encoded = tokenizer.encode(prompt)
        before = tokenizer.decode(encoded, skip_special_tokens=True)
        tokens = []
        for token in rng.sample(ids, 24):
            after = tokenizer.decode([*encoded, token], skip_special_tokens=True)
            adds = after[len(before) :] if after.startswith(before) else None
            tokens.append([token, adds])
        vectors.append({"prompt": prompt, "ids": encoded, "tokens": tokens})
    return vectors


def main() -> None:
    folder, target = sys.argv[1:]
    vectors = {"age": age_vectors(), "answers": answer_vectors(folder)}
    with open(target, "w", encoding="utf-8") as file:
        json.dump(vectors, file, ensure_ascii=False, indent=1)
        file.write("\n")


main()
