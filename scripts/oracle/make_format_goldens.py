#!/usr/bin/env python3
"""Write safetensors files, configs and model folders with what the Python libraries make of them.

    python scripts/oracle/make_format_goldens.py src/formats/fixtures

  mixed.safetensors, mixed.json   every dtype of safetensors' own writer, and the values as float32
  rounding.json                   SHA-256 of torch's conversions over dense sets of bit patterns
  configs.json                    raw config.json contents and what transformers takes them to mean
  tied/                           a sharded F16 qwen2 folder with tied embeddings
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, Qwen2Config, Qwen2ForCausalLM


def mixed(out):
    torch.manual_seed(1)
    values = torch.cat([torch.randn(9), torch.tensor([0.0, -0.0, 6e-8, 65504.0, 1e-40, -3.1415927])]).reshape(3, 5)
    tensors = {
        "b.float32": values,
        "a.float16": values.half(),
        "c.bfloat16": values.bfloat16(),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
        "7": torch.tensor([1.5, -2.5]).half(),
        "naïve \"name\"": torch.ones(1),
        "f64": values.double(),
        "i64": torch.arange(3),
        "i32": torch.arange(3, dtype=torch.int32),
        "u8": torch.arange(5, dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "f8": values.to(torch.float8_e4m3fn),
    }
    save_file(tensors, out / "mixed.safetensors", metadata={"format": "pt", "note": "naïve ✓"})
    floats = {
        name: [v.hex() for v in t.float().double().reshape(-1).tolist()]
        for name, t in tensors.items() if t.dtype in (torch.float32, torch.float16, torch.bfloat16)}
    shapes = {name: list(t.shape) for name, t in tensors.items()}
    (out / "mixed.json").write_text(json.dumps({"floats": floats, "shapes": shapes}, indent=1) + "\n")


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def narrowed(bits, dtype):
    """Bits of float32 bit patterns after conversion; every NaN becomes 0xFFFF."""
    values = torch.from_numpy(bits.view(np.float32))
    with np.errstate(all="ignore"):
        out = values.to(dtype).view(torch.uint16).numpy().copy()
    out[np.isnan(bits.view(np.float32))] = 0xFFFF
    return digest(out)


def widened(dtype):
    """Float32 bits of all 65,536 patterns; every NaN becomes 0xFFFFFFFF."""
    values = torch.arange(65536, dtype=torch.int32).to(torch.uint16).view(dtype).float().numpy()
    bits = values.view(np.uint32).copy()
    bits[np.isnan(values)] = 0xFFFFFFFF
    return digest(bits)


def rounding(out):
    """Around every representable value and every midpoint between two of them."""
    def around(low_bits):
        high = np.arange(1 << (32 - low_bits), dtype=np.uint64) << low_bits
        half = 1 << (low_bits - 1)
        low = np.array([0, 1, half - 1, half, half + 1, 2 * half - 1], dtype=np.uint64)
        return (high[:, None] | low[None, :]).astype(np.uint32).reshape(-1)

    scattered = (np.arange(1 << 20, dtype=np.uint64) * 2654435761 & 0xFFFFFFFF).astype(np.uint32)
    result = {
        "f16ToF32": widened(torch.float16),
        "bf16ToF32": widened(torch.bfloat16),
        "f32ToF16Around13": narrowed(around(13), torch.float16),
        "f32ToBf16Around16": narrowed(around(16), torch.bfloat16),
        "f32ToF16Scattered": narrowed(scattered, torch.float16),
        "f32ToBf16Scattered": narrowed(scattered, torch.bfloat16),
    }
    (out / "rounding.json").write_text(json.dumps(result, indent=1) + "\n")


SIZES = {"vocab_size": 96, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4}
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}

RAW = [
    {"model_type": "llama", **SIZES},
    {"model_type": "llama", **SIZES, "num_key_value_heads": None, "head_dim": None, "tie_word_embeddings": True},
    {"model_type": "llama", **SIZES, "num_key_value_heads": 2, "head_dim": 32, "attention_bias": True, "torch_dtype": "float16",
     "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", **LLAMA3}, "max_position_embeddings": 512},
    {"model_type": "llama", **SIZES, "rope_theta": 1234.5, "rope_scaling": {"type": "default"}},
    {"model_type": "llama", **SIZES, "rope_theta": 7.0, "rope_scaling": None},
    {"model_type": "llama", **SIZES, "dtype": "bfloat16", "rope_parameters": {"rope_type": "llama3", "rope_theta": 500000.0, **LLAMA3}},
    {"model_type": "llama", **SIZES, "rope_parameters": {"rope_type": "default", "rope_theta": 2e4}, "rope_theta": 3e4, "rms_norm_eps": 1e-5},
    {"model_type": "llama", **SIZES, "rope_parameters": {"rope_type": "default"}, "rope_theta": 3e4, "mlp_bias": False},
    {"model_type": "llama", **SIZES, "max_position_embeddings": 4096, "rope_theta": 5e5,
     "rope_scaling": {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 2.0}},
    {"model_type": "mistral", **SIZES, "num_attention_heads": 8, "sliding_window": None},
    {"model_type": "mistral", **SIZES, "num_key_value_heads": 1, "head_dim": 24, "sliding_window": 512, "max_position_embeddings": 512},
    {"model_type": "mistral", **SIZES, "num_attention_heads": 16, "sliding_window": None, "rope_theta": 1e6},
    {"model_type": "qwen2", **SIZES, "num_key_value_heads": 2, "tie_word_embeddings": True, "rope_theta": 1e6, "use_sliding_window": False,
     "sliding_window": 32, "max_window_layers": 3, "rope_scaling": None},
    {"model_type": "qwen2", **SIZES, "num_attention_heads": 32, "layer_types": ["full_attention"] * 3},
    {"model_type": "qwen3", **SIZES, "num_key_value_heads": 4, "rope_theta": 1e6},
    {"model_type": "qwen3", **SIZES, "num_key_value_heads": 4, "head_dim": 16, "attention_bias": True, "tie_word_embeddings": True},
]


def meaning(raw):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(raw))
        config = AutoConfig.from_pretrained(folder)
    rope = config.rope_parameters
    scaling = None
    if rope["rope_type"] == "llama3":
        scaling = {
            "factor": rope["factor"], "lowFreqFactor": rope["low_freq_factor"], "highFreqFactor": rope["high_freq_factor"],
            "originalMaxPositions": rope["original_max_position_embeddings"]}
    bias = raw["model_type"] == "qwen2" or getattr(config, "attention_bias", False)
    return {
        "architecture": config.model_type, "vocabSize": config.vocab_size, "hiddenSize": config.hidden_size,
        "layerCount": config.num_hidden_layers, "headCount": config.num_attention_heads,
        "kvHeadCount": config.num_key_value_heads,
        "headDim": getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
        "ffnSize": config.intermediate_size, "rmsNormEps": config.rms_norm_eps, "ropeTheta": rope["rope_theta"],
        "ropeScaling": scaling, "tiedEmbeddings": config.tie_word_embeddings, "qkvBias": bias,
        "outputBias": bias and raw["model_type"] != "qwen2", "qkNorm": raw["model_type"] == "qwen3",
        "maxPositions": config.max_position_embeddings}


def tied(out):
    shutil.rmtree(out, ignore_errors=True)
    torch.manual_seed(2)
    model = Qwen2ForCausalLM(Qwen2Config(
        vocab_size=24, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=64, tie_word_embeddings=True, eos_token_id=[3, 5], bos_token_id=1))
    model.half().save_pretrained(out, max_shard_size="4KB")
    state = {name: t.float().reshape(-1)[:4].tolist() for name, t in model.state_dict().items() if name != "lm_head.weight"}
    (out.parent / "tied.json").write_text(json.dumps(
        {"parameters": sum(p.numel() for p in model.parameters()), "heads": state}, indent=1) + "\n")


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    mixed(out)
    rounding(out)
    (out / "configs.json").write_text(json.dumps(
        [{"raw": raw, "config": meaning(raw)} for raw in RAW], indent=1) + "\n")
    tied(out / "tied")


main()
