"""Writes attacked copies of a fingerprinted model folder, for measuring what survives.

  python scripts/oracle/attack_model.py MODEL --base BASE --text TEXT --out DIR [--seed N]

Attacks: int8 and int4 rounding (blocks of 32 along the rows, scale max|w|/127 and max|w|/7), 30 %
magnitude pruning of every matrix, fine-tuning on TEXT (AdamW 1e-4, batches of 16 windows of 64
tokens) for 50 and 200 steps, and weight averaging with the base at 0.5, 0.3 and 0.1. The folders
are written in F32 so that rounding of the file itself adds nothing.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

WEIGHTS = "model.safetensors"
SIDECARS = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]


def read_weights(folder: Path) -> dict[str, torch.Tensor]:
    return {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}


def write_model(weights: dict[str, torch.Tensor], source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in SIDECARS:
        if (source / name).exists():
            shutil.copy(source / name, target / name)
    contiguous = {name: tensor.contiguous() for name, tensor in weights.items()}
    save_file(contiguous, target / WEIGHTS, metadata={"format": "pt"})


def round_blocks(weight: torch.Tensor, bits: int) -> torch.Tensor:
    if weight.dim() != 2:
        return weight
    levels = 2 ** (bits - 1) - 1
    rows, columns = weight.shape
    padding = -columns % 32
    blocks = torch.nn.functional.pad(weight, (0, padding)).view(rows, -1, 32)
    scale = blocks.abs().amax(-1, keepdim=True) / levels
    scale[scale == 0] = 1
    rounded = (blocks / scale).round().clamp(-levels, levels) * scale
    return rounded.view(rows, -1)[:, :columns]


def prune(weight: torch.Tensor, share: float) -> torch.Tensor:
    if weight.dim() != 2:
        return weight
    limit = weight.abs().flatten().kthvalue(max(1, int(share * weight.numel()))).values
    return torch.where(weight.abs() <= limit, torch.zeros_like(weight), weight)


def fine_tune(folder: Path, tokens: torch.Tensor, steps: list[int], seed: int):
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
    names = set(load_file(folder / WEIGHTS))
    for step in range(1, max(steps) + 1):
        starts = torch.randint(0, len(tokens) - 64, (16,), generator=generator)
        batch = torch.stack([tokens[start : start + 64] for start in starts])
        loss = model(input_ids=batch, labels=batch).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step in steps:
            state = model.state_dict()
            yield step, {name: state[name].detach().clone() for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    weights, base = read_weights(options.model), read_weights(options.base)

    def write(name: str, changed: dict[str, torch.Tensor]) -> None:
        write_model(changed, options.model, options.out / name)

    for bits in (8, 4):
        write(f"int{bits}", {name: round_blocks(w, bits) for name, w in weights.items()})
    write("prune30", {name: prune(w, 0.3) for name, w in weights.items()})
    for share in (0.5, 0.3, 0.1):
        mixed = {name: share * w + (1 - share) * base[name] for name, w in weights.items()}
        write(f"average-{share}", mixed)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(options.model / "tokenizer.json"))
    text = options.text.read_text(encoding="utf-8")[:1_500_000]
    tokens = torch.tensor(tokenizer.encode(text, add_special_tokens=False))
    tuned = None
    for step, state in fine_tune(options.model, tokens, [50, 200], options.seed):
        write(f"tuned-{step}", state)
        tuned = state
    if tuned is not None:
        half = {name: 0.5 * w + 0.5 * base[name] for name, w in tuned.items()}
        write("tuned-200-average-0.5", half)


if __name__ == "__main__":
    main()
