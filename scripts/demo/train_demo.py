#!/usr/bin/env python3
"""Train the small Llama-style language model that ships with Signet.

    python scripts/demo/train_demo.py --corpus CORPUS --out public/demo --minutes 20 --seed 1

CORPUS holds tales.train.txt, tales.valid.txt, novels.train.txt and
novels.valid.txt: plain public-domain prose, one paragraph per line. Only the
train files are used for the tokenizer and the weights. The valid files give
held-out.txt and the perplexities in the model card.

Needs torch, transformers, tokenizers and safetensors. The length of the
schedule is set by wall clock, so the result depends on the machine; the seed
fixes the initial weights and the order of the data.
"""

import argparse
import json
import math
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

END = "<|endoftext|>"
WINDOW = 128


# ---------------------------------------------------------------- text

def read(corpus, name):
    return (Path(corpus) / name).read_text(encoding="utf-8")


def train_tokenizer(texts, vocab_size):
    """Byte-level BPE; <|endoftext|> is begin, end and padding at once."""
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    lines = (line + "\n" for text in texts for line in text.split("\n"))
    tok.train_from_iterator(lines, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tok,
        bos_token=END,
        eos_token=END,
        pad_token=END,
        model_max_length=256,
        clean_up_tokenization_spaces=False,
    )


class Stream:
    """One corpus as a flat array of token ids, with the paragraph starts."""

    def __init__(self, text, tokenizer):
        backend = tokenizer.backend_tokenizer
        lines = [line + "\n" for line in text.split("\n") if line.strip()]
        encoded = [e.ids for e in backend.encode_batch(lines, add_special_tokens=False)]
        starts = np.cumsum([0] + [len(ids) for ids in encoded])
        self.ids = np.fromiter((i for ids in encoded for i in ids), dtype=np.int64, count=int(starts[-1]))
        self.starts = starts[:-1]


class Sampler:
    """Draws training sequences, the corpora in equal shares.

    Most sequences start anywhere. Some start with a paragraph, with or without
    <|endoftext|> before it, and some start at a word whose leading space is
    dropped, so that a bare first word is familiar ground.
    """

    def __init__(self, streams, tokenizer, seq, seed, paragraph=0.25, begin=0.08, bare=0.3):
        self.streams, self.seq = streams, seq
        self.paragraph, self.begin, self.bare = paragraph, begin, bare
        self.rng = np.random.default_rng(seed)
        self.bos = tokenizer.bos_token_id
        vocab = tokenizer.get_vocab()
        self.without_space = {}
        for token, i in vocab.items():
            for space in ("Ġ", "▁"):
                if token.startswith(space) and token[1:] in vocab:
                    self.without_space[i] = vocab[token[1:]]

    def sequence(self):
        stream = self.streams[self.rng.integers(len(self.streams))]
        last = len(stream.ids) - self.seq
        kind = self.rng.random()
        if kind < self.paragraph + self.begin:
            at = min(int(stream.starts[self.rng.integers(len(stream.starts))]), last)
            ids = stream.ids[at:at + self.seq]
            if kind < self.begin and self.bos is not None:
                ids = np.concatenate([[self.bos], ids[:-1]])
            return ids
        at = int(self.rng.integers(last + 1))
        ids = stream.ids[at:at + self.seq].copy()
        if self.rng.random() < self.bare:
            ids[0] = self.without_space.get(int(ids[0]), ids[0])
        return ids

    def batch(self, size):
        return torch.from_numpy(np.stack([self.sequence() for _ in range(size)]))


def held_out_part(text, size):
    """The first `size` characters or so, from a paragraph start to a sentence end.

    Starts a third of the way in, past titles and contents lists.
    """
    start = text.index("\n", len(text) // 3) + 1
    piece = text[start:start + size]
    ends = [m.end() for m in re.finditer(r'[.!?]["\')]?(?=\s)', piece)]
    return piece[:ends[-1]]


# ---------------------------------------------------------------- training

def train(model, sampler, minutes, batch=8, lr=3e-3, label="train"):
    """AdamW with a short warm-up and a cosine, both by wall clock."""
    decay = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    opt = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        lr=lr, betas=(0.9, 0.95), fused=True,
    )
    model.train()
    began, steps, mean, shown = time.time(), 0, None, 0.0
    while True:
        elapsed = time.time() - began
        done = elapsed / (minutes * 60)
        if done >= 1:
            break
        rate = lr * min(1.0, done / 0.02 + 0.01) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in opt.param_groups:
            group["lr"] = rate
        ids = sampler.batch(batch)
        logits = model(input_ids=ids, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten())
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        steps += 1
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if elapsed - shown > 20:
            shown = elapsed
            print(f"{label}: {elapsed:6.0f} s  step {steps}  loss {mean:.3f}  lr {rate:.2e}", flush=True)
    model.eval()
    print(f"{label}: {steps} steps, {steps * batch * sampler.seq} tokens, loss {mean:.3f}", flush=True)
    return steps


@torch.no_grad()
def window_nll(model, ids, window=WINDOW):
    """Mean negative log-likelihood (nats) and the number of tokens scored.

    The text is cut into consecutive windows that do not overlap. In each window
    every token but the first is predicted from the earlier ones of that window.
    A last window of one token is dropped. No special tokens are added.
    """
    total, scored = 0.0, 0
    pieces = [ids[i:i + window] for i in range(0, len(ids), window)]
    full = [p for p in pieces if len(p) == window]
    rest = [p for p in pieces if 2 <= len(p) < window]
    batches = [full[i:i + 16] for i in range(0, len(full), 16)] + [[p] for p in rest]
    for group in batches:
        x = torch.tensor(group)
        logits = model(input_ids=x, use_cache=False).logits.double()
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), x[:, 1:].flatten(), reduction="sum")
        total += loss.item()
        scored += x[:, 1:].numel()
    return total / scored, scored


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


# ---------------------------------------------------------------- saving

def save_tokenizer(tokenizer, folder):
    """Save under the class name that older and newer transformers both load."""
    tokenizer.save_pretrained(folder)
    path = Path(folder) / "tokenizer_config.json"
    config = json.loads(path.read_text())
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    for key in ("backend", "is_local", "local_files_only"):
        config.pop(key, None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def add_classic_keys(folder, dtype):
    """Write rope_theta and torch_dtype beside the newer rope_parameters and dtype."""
    path = Path(folder) / "config.json"
    config = json.loads(path.read_text())
    rope = config.get("rope_parameters") or {}
    config["rope_theta"] = rope.get("rope_theta", 10000.0)
    config["rope_scaling"] = None
    config["torch_dtype"] = dtype
    config["dtype"] = dtype
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


CARD = """---
license: mit
language: en
pipeline_tag: text-generation
library_name: transformers
---

# Signet demo model

A small Llama-style language model for trying Signet without a download. It was
trained from scratch on public-domain prose and writes plausible fragments of
old tales and novels. It is meant for demonstration and tests, not for use.

## Architecture

LlamaForCausalLM, {params:,} parameters, stored in F16. Hidden size {hidden_size},
{num_hidden_layers} layers, {num_attention_heads} attention heads, {num_key_value_heads} key-value heads, intermediate size
{intermediate_size}, tied embeddings, RoPE theta 10,000, up to {max_position_embeddings} positions. The tokenizer is a
byte-level BPE with {vocab_size:,} entries. `<|endoftext|>` is begin, end and padding;
none is added when a text is encoded.

## Training

    python scripts/demo/train_demo.py --corpus CORPUS --out public/demo --minutes {minutes:g} --seed {seed} --batch {batch} --lr {lr:g}

{steps:,} steps of {batch} sequences of {seq} tokens ({tokens:,} tokens), AdamW with a
cosine schedule set by wall clock, on two CPU threads. The data are two sets of
public-domain English prose, fairy tales and novels, drawn in equal shares.

## Held-out perplexity

Measured from the saved F16 file, computed in F32. Each text is cut into
consecutive windows of {window} tokens that do not overlap; the first token of a
window is not scored, and no special token is added.

| Text | Tokens scored | NLL per token (nats) | Perplexity |
| --- | ---: | ---: | ---: |
{rows}

`held-out.txt` holds about 24 KB of the two validation texts, half from each.
Neither the tokenizer nor the weights were trained on any of it.

## Licence

The weights are under the MIT licence. The training text is in the public domain.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="folder with {tales,novels}.{train,valid}.txt")
    parser.add_argument("--out", required=True, help="folder to write the model to")
    parser.add_argument("--minutes", type=float, default=20, help="wall time of the training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokenizer", help="use the tokenizer of this model folder instead of training one")
    parser.add_argument("--vocab", type=int, default=2048)
    parser.add_argument("--seq", type=int, default=128)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    seed_all(args.seed)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)

    texts = [read(args.corpus, "tales.train.txt"), read(args.corpus, "novels.train.txt")]
    tokenizer = AutoTokenizer.from_pretrained(args.tokenizer) if args.tokenizer else train_tokenizer(texts, args.vocab)
    save_tokenizer(tokenizer, out)
    held = "\n".join(held_out_part(read(args.corpus, n), 12_000) for n in ("tales.valid.txt", "novels.valid.txt"))
    (out / "held-out.txt").write_text(held + "\n", encoding="utf-8")
    streams = [Stream(text, tokenizer) for text in texts]
    print("tokens:", [len(s.ids) for s in streams], flush=True)

    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=args.vocab, hidden_size=128, num_hidden_layers=6, num_attention_heads=4,
        num_key_value_heads=2, intermediate_size=352, max_position_embeddings=256,
        tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        rms_norm_eps=1e-5, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    ))
    steps = train(model, Sampler(streams, tokenizer, args.seq, args.seed), args.minutes, args.batch, args.lr)

    model.half().save_pretrained(out)
    add_classic_keys(out, "float16")
    weights = load_file(out / "model.safetensors")
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)

    # Everything below is measured on the files just written.
    model = AutoModelForCausalLM.from_pretrained(out, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(out)
    rows = []
    measured = [(n, read(args.corpus, n)) for n in ("tales.valid.txt", "novels.valid.txt")]
    measured.append(("held-out.txt", (out / "held-out.txt").read_text(encoding="utf-8")))
    for name, text in measured:
        nll, scored = window_nll(model, tokenizer(text, add_special_tokens=False)["input_ids"])
        rows.append(f"| {name} | {scored:,} | {nll:.4f} | {math.exp(nll):.2f} |")
        print(rows[-1], flush=True)
    config = model.config.to_dict()
    (out / "README.md").write_text(CARD.format(
        **{k: config[k] for k in (
            "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
            "intermediate_size", "max_position_embeddings", "vocab_size")},
        params=sum(p.numel() for p in model.parameters()), minutes=args.minutes, seed=args.seed, batch=args.batch,
        lr=args.lr, steps=steps, seq=args.seq, tokens=steps * args.batch * args.seq, window=WINDOW, rows="\n".join(rows),
    ), encoding="utf-8")


if __name__ == "__main__":
    main()
