"""Tiny decoders with logits, losses and every gradient, computed by transformers and PyTorch.

usage: make_gradient_fixtures.py OUT_DIR

For each architecture it writes NAME.bin (little-endian f32, one tensor after another) and NAME.json
(configuration, tokens, loss rows, losses, and the offset in values of every tensor). What is in them:

  weight/…   state dict                      grad/…    gradient of the loss
  adamw3/…   weights after three steps       logits    [rows, vocab]      nll   of tokens 1..end
  lora/…     factors, and loraGrad/…         (qwen2 only)

Arithmetic is double precision except inside transformers' own norms, so the figures are good to about
1e-7. The loss functions are written out here from their definitions, not from the engine.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

VOCAB = 61
STEPS = 20
ADAMW = dict(learningRate=1e-2, beta1=0.9, beta2=0.95, epsilon=1e-5, weightDecay=0.1, maxGradNorm=1.0)
LORA = dict(rank=3, alpha=6)

COMMON = dict(vocab_size=VOCAB, num_hidden_layers=2, max_position_embeddings=128, attn_implementation="eager")
MODELS = {
    # one kv head for five heads, sizes that are no multiple of 8
    "llama": LlamaConfig(hidden_size=20, intermediate_size=28, num_attention_heads=5, num_key_value_heads=1,
                         tie_word_embeddings=False, rms_norm_eps=1e-5,
                         rope_parameters=dict(rope_type="default", rope_theta=10000.0), **COMMON),
    # wave lengths 6, 17, 44 and 118 against limits 16 and 64: every branch of the scaling
    "llama3": LlamaConfig(hidden_size=16, intermediate_size=24, num_attention_heads=2, num_key_value_heads=2,
                          tie_word_embeddings=False, rms_norm_eps=1e-5,
                          rope_parameters=dict(rope_type="llama3", rope_theta=50.0, factor=8.0, low_freq_factor=1.0,
                                               high_freq_factor=4.0, original_max_position_embeddings=64), **COMMON),
    "mistral": MistralConfig(hidden_size=16, intermediate_size=24, num_attention_heads=4, num_key_value_heads=2,
                             head_dim=8, sliding_window=None, tie_word_embeddings=False, rms_norm_eps=1e-5,
                             rope_parameters=dict(rope_type="default", rope_theta=1000.0), **COMMON),
    "qwen2": Qwen2Config(hidden_size=16, intermediate_size=24, num_attention_heads=4, num_key_value_heads=2,
                         tie_word_embeddings=True, rms_norm_eps=1e-6,
                         rope_parameters=dict(rope_type="default", rope_theta=1000000.0), **COMMON),
    "qwen3": Qwen3Config(hidden_size=16, intermediate_size=24, num_attention_heads=4, num_key_value_heads=2,
                         head_dim=8, tie_word_embeddings=True, rms_norm_eps=1e-6,
                         rope_parameters=dict(rope_type="default", rope_theta=1000000.0), **COMMON),
}


def engine_config(config):
    rope = config.rope_parameters
    scaled = rope["rope_type"] == "llama3"
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return dict(
        architecture=config.model_type, vocabSize=VOCAB, hiddenSize=config.hidden_size,
        layerCount=config.num_hidden_layers, headCount=config.num_attention_heads,
        kvHeadCount=config.num_key_value_heads, headDim=head_dim, ffnSize=config.intermediate_size,
        rmsNormEps=config.rms_norm_eps, ropeTheta=rope["rope_theta"],
        ropeScaling=dict(factor=rope["factor"], lowFreqFactor=rope["low_freq_factor"],
                         highFreqFactor=rope["high_freq_factor"],
                         originalMaxPositions=rope["original_max_position_embeddings"]) if scaled else None,
        tiedEmbeddings=config.tie_word_embeddings, qkvBias=config.model_type == "qwen2", outputBias=False,
        qkNorm=config.model_type == "qwen3", maxPositions=config.max_position_embeddings)


def randomise(model, generator):
    """Weights large enough that every term of the gradient matters."""
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator, dtype=torch.float64)
        if p.ndim == 1:
            noise = noise * 0.2 + (0.0 if name.endswith("bias") else 1.0)
        else:
            noise = noise * (0.5 if "embed" in name else p.shape[1] ** -0.5)
        p.data = noise.float().double()


def make_rows(base_logits):
    """All kinds of rows; `base_logits` of another model of the same shape play the untouched one."""
    def base(sequence, position, ids):
        log_probs = base_logits[sequence][position].log_softmax(-1)
        return [float(torch.tensor(x).float()) for x in log_probs[ids].tolist()]

    def probs(sequence, position, count):
        top = base_logits[sequence][position].softmax(-1).topk(count)
        return top.indices.tolist(), [float(torch.tensor(x).float()) for x in top.values.tolist()]

    def choice(sequence, position, ids, response, weight, floor, margin):
        return dict(kind="choice", sequence=sequence, position=position, weight=weight, candidates=ids,
                    baseLogProbs=base(sequence, position, ids), response=response, floor=floor, margin=margin)

    def distil(sequence, position, count, weight):
        ids, p = probs(sequence, position, count)
        return dict(kind="distil", sequence=sequence, position=position, weight=weight, ids=ids, probs=p)

    def target(sequence, position, token, weight, floor):
        return dict(kind="target", sequence=sequence, position=position, weight=weight, target=token, floor=floor)

    return [
        target(0, 2, 7, 1.0, 0.1),
        target(1, 6, 60, 0.5, 0.0),
        target(0, 5, 3, 2.0, 100.0),  # below its floor: no gradient
        choice(0, 8, [4, 9, 33, 60], 2, 1.5, 0.01, 0.5),
        choice(1, 3, [1, 12, 20, 30, 45], 0, 0.75, 0.01, 20.0),  # margin certainly active
        choice(1, 4, [5, 6, 7], 1, 1.0, 100.0, 0.0),  # below its floor, margin may be met
        distil(0, 1, 4, 8.0),
        distil(1, 6, 5, 2.0),  # at the address of another row
        distil(0, 0, 1, 1.0),
    ]


def row_loss(logits, row):
    z = logits[row["sequence"]][row["position"]]
    if row["kind"] == "target":
        loss = -z.log_softmax(-1)[row["target"]]
        return loss.detach() if loss <= row["floor"] else loss
    if row["kind"] == "choice":
        ids, r = row["candidates"], row["response"]
        own = z[ids]
        shift = own - torch.tensor(row["baseLogProbs"], dtype=z.dtype)
        e = -shift.log_softmax(-1)[r]
        if e <= row["floor"]:
            e = e.detach()
        rivals = torch.cat([own[:r], own[r + 1:]])
        return e + torch.relu(row["margin"] - (own[r] - rivals.max()))
    p = torch.tensor(row["probs"], dtype=z.dtype)
    log_q = z.log_softmax(-1)
    kept = torch.ones_like(z, dtype=torch.bool)
    kept[row["ids"]] = False
    rest = 1 - p.sum()
    kl = (p * (p.log() - log_q[row["ids"]])).sum()
    return kl + rest * (rest.log() - log_q[kept].logsumexp(-1))


class Blob:
    def __init__(self):
        self.parts, self.index, self.length = [], {}, 0

    def put(self, name, tensor):
        values = tensor.detach().float().contiguous()
        self.index[name] = dict(offset=self.length, shape=list(values.shape))
        self.parts.append(values.numpy().tobytes())
        self.length += values.numel()


def forward(model, sequences):
    return [model(torch.tensor([s])).logits[0] for s in sequences]


def losses_of(model, sequences, rows):
    logits = forward(model, sequences)
    return torch.stack([row_loss(logits, row) for row in rows])


def lora_part(model, sequences, rows, weights, blob, generator):
    """Gradients of the factors by calling the model on W + scale·B·A."""
    scale = LORA["alpha"] / LORA["rank"]
    params = {n: p.detach() for n, p in model.named_parameters()}
    factors = {}
    merged = dict(params)
    for name in params:
        if not name.endswith("_proj.weight"):
            continue
        out, inner = params[name].shape
        base = name.removesuffix(".weight")
        a = torch.randn(LORA["rank"], inner, generator=generator, dtype=torch.float64).mul(0.2).float().double()
        b = torch.randn(out, LORA["rank"], generator=generator, dtype=torch.float64).mul(0.2).float().double()
        factors[base + ".lora_A.weight"], factors[base + ".lora_B.weight"] = a.requires_grad_(), b.requires_grad_()
        merged[name] = params[name] + scale * (b @ a)
    call = lambda s: torch.func.functional_call(model, merged, (torch.tensor([s]),)).logits[0]
    logits = [call(s) for s in sequences]
    row_losses = torch.stack([row_loss(logits, row) for row in rows])
    (row_losses * weights).sum().backward()
    for name, factor in factors.items():
        blob.put("lora/" + name, factor)
        blob.put("loraGrad/" + name, factor.grad)
    return dict(**LORA, rowLosses=row_losses.tolist())


def make(name, config, out):
    generator = torch.Generator().manual_seed(1000 + sum(map(ord, name)))
    build = lambda: AutoModelForCausalLM.from_config(config, attn_implementation="eager").double()
    base, model = build(), build()
    randomise(base, generator)
    randomise(model, generator)
    sequences = [torch.randint(0, VOCAB, (n,), generator=generator).tolist() for n in (9, 7)]
    with torch.no_grad():
        rows = make_rows(forward(base, sequences))
        logits = forward(model, sequences)
    weights = torch.tensor([row["weight"] for row in rows], dtype=torch.float64)
    blob = Blob()
    for n, p in model.named_parameters():
        blob.put("weight/" + n, p)
    blob.put("logits", torch.stack([logits[r["sequence"]][r["position"]] for r in rows]))
    blob.put("nll", torch.cat([-z[:-1].log_softmax(-1)[range(len(s) - 1), s[1:]] for z, s in zip(logits, sequences)]))

    row_losses = losses_of(model, sequences, rows)
    (row_losses * weights).sum().backward()
    for n, p in model.named_parameters():
        blob.put("grad/" + n, p.grad)
    manifest = dict(config=engine_config(config), sequences=sequences, rows=rows, rowLosses=row_losses.tolist())
    if name == "qwen2":
        manifest["lora"] = lora_part(model, sequences, rows, weights, blob, generator)
    cos, sin = model.model.rotary_emb(torch.zeros(1), torch.arange(16)[None])
    half = cos.shape[-1] // 2
    blob.put("cosSin", torch.stack([cos[0, :, :half], sin[0, :, :half]], -1))

    optimiser = torch.optim.AdamW(model.parameters(), lr=ADAMW["learningRate"], eps=ADAMW["epsilon"],
                                  betas=(ADAMW["beta1"], ADAMW["beta2"]), weight_decay=ADAMW["weightDecay"])
    curve, norms = [], []
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = (losses_of(model, sequences, rows) * weights).sum()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), ADAMW["maxGradNorm"])))
        optimiser.step()
        curve.append(float(loss))
        if step == 2:
            for n, p in model.named_parameters():
                blob.put("adamw3/" + n, p)
    manifest |= dict(adamw=ADAMW, curve=curve, gradNorms=norms, tensors=blob.index)
    (out / f"{name}.bin").write_bytes(b"".join(blob.parts))
    (out / f"{name}.json").write_text(json.dumps(manifest) + "\n")
    print(name, blob.length * 4, "bytes, loss", [round(x, 3) for x in curve[:3]], "→", round(curve[-1], 3),
          [round(x, 3) for x in row_losses.tolist()])


def rope_golden(out):
    """Inverse frequencies of Llama 3.2 1B as transformers makes them."""
    config = LlamaConfig(hidden_size=2048, num_attention_heads=32, num_key_value_heads=8,
                         max_position_embeddings=131072,
                         rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=32.0,
                                              low_freq_factor=1.0, high_freq_factor=4.0,
                                              original_max_position_embeddings=8192))
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
    rotary = LlamaRotaryEmbedding(config)
    (out / "ropeLlama32.json").write_text(json.dumps(dict(inverseFrequencies=rotary.inv_freq.tolist())) + "\n")


if __name__ == "__main__":
    target_dir = Path(sys.argv[1])
    target_dir.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for model_name, model_config in MODELS.items():
        make(model_name, model_config, target_dir)
    rope_golden(target_dir)
