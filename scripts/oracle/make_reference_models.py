#!/usr/bin/env python3
"""Train five tiny reference models and record what transformers makes of them.

    python scripts/oracle/make_reference_models.py --corpus CORPUS --out MODELS \\
        --held-out public/demo/held-out.txt --minutes 2.5 \\
        --demo public/demo --demo-reference MODELS/demo-reference.json

Each model is a small Hugging Face folder that differs from the others in one or
more of: architecture, tokenizer kind, chat template, weight type, sharding and
the spelling of config keys. Beside the weights lies reference.json, computed by
transformers in float32 from the saved files:

  prompts, prompt_ids   the texts and their ids, special tokens as the tokenizer adds them
  greedy                24 tokens by plain argmax from prompt_ids, without stopping at an
                        end token; `text` decodes the new ids alone, `full` prompt and new
                        ids without special tokens; `margin` is the smallest gap between
                        the two best logits on the way
  next                  the eight best (id, log-probability) pairs after each prompt
  nll                   see window_nll in scripts/demo/train_demo.py
  chat                  messages, the rendered text with the generation prompt, and its ids

With --only the named models are made. With --references the models are left as
they are and only the reference files are written again.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM,
    PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM,
)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "demo"))
from train_demo import Sampler, Stream, read, seed_all, train, window_nll  # noqa: E402

PROMPTS = [
    "Once upon a time",
    "lantern",
    "The king said: \"What have you   done with my 3 golden apples?\"\nThen",
    "  She didn’t know — the naïve fox 🦊 had paid £25",
    "There was once a poor woodcutter who lived at the edge of a great forest. One day he",
]

CHATS = [
    [{"role": "user", "content": "Tell me a tale of a fox."}],
    [
        {"role": "system", "content": "You tell short tales."},
        {"role": "user", "content": "Who lives in the forest?"},
        {"role": "assistant", "content": "An old woman and her three sons."},
        {"role": "user", "content": "  And in the castle?\n"},
    ],
]

LLAMA2_TEMPLATE = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
    "{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}"
    "{% set system_message = false %}{% endif %}{% for message in loop_messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if loop.index0 == 0 and system_message != false %}"
    "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
MISTRAL_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + '[/INST]' }}"
    "{% elif message['role'] == 'system' %}{{ '[INST] ' + message['content'] + '[/INST] ' + eos_token }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}"
    "{% else %}{{ raise_exception('Unknown role') }}{% endif %}{% endfor %}"
)
QWEN2_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
QWEN3_TEMPLATE = """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) or message.role == 'assistant' %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""
LLAMA3_TEMPLATE = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'"
    " + message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)

# The split patterns of Llama 3 and Qwen 2 differ in how they group digits.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


# ---------------------------------------------------------------- tokenizers

def special(text):
    return AddedToken(text, special=True, normalized=False)


def sentencepiece_style(text, size, extra, prepend_in_normalizer):
    """BPE with byte fallback, laid out as in the Llama 2 or Mistral tokenizer.json."""
    specials = ["<unk>", "<s>", "</s>", *extra]
    learner = Tokenizer(models.BPE(unk_token="<unk>"))
    learner.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(specials) - 256 + 1, special_tokens=["<unk>"], limit_alphabet=80, show_progress=False)
    learner.train_from_iterator(text.split("\n"), trainer)
    learnt = json.loads(learner.to_str())["model"]
    pieces = [p for p, _ in sorted(learnt["vocab"].items(), key=lambda kv: kv[1]) if p != "<unk>"]
    order = specials + [f"<0x{b:02X}>" for b in range(256)] + pieces
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in learnt["merges"]]
    tok = Tokenizer(models.BPE(
        vocab={p: i for i, p in enumerate(order)}, merges=merges,
        unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if prepend_in_normalizer:
        tok.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    tok.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tok.add_special_tokens([special(s) for s in specials])
    tok.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return tok


def byte_level(text, size, specials, digits, normalizer=None, bos=None):
    """Byte-level BPE with a split pattern; special tokens follow the learnt ones."""
    tok = Tokenizer(models.BPE(ignore_merges=bos is not None))
    tok.normalizer = normalizer
    tok.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT % digits), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(specials), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tok.train_from_iterator((line + "\n" for line in text.split("\n")), trainer)
    tok.add_special_tokens([special(s) for s in specials])
    tok.post_processor = processors.ByteLevel(trim_offsets=False)
    if bos:
        tok.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{bos} $A", pair=f"{bos} $A {bos} $B", special_tokens=[(bos, tok.token_to_id(bos))])])
    return tok


# ---------------------------------------------------------------- models

def rope(theta):
    return {"rope_type": "default", "rope_theta": theta}


def llama_spm(text):
    tok = sentencepiece_style(text, 1507, [], True)
    config = LlamaConfig(
        vocab_size=1507, hidden_size=64, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=4,
        intermediate_size=176, max_position_embeddings=256, rope_parameters=rope(10000.0), rms_norm_eps=1e-5,
        tie_word_embeddings=False, bos_token_id=1, eos_token_id=2)
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "add_bos_token": True, "add_eos_token": False}
    return dict(tok=tok, names=names, template=LLAMA2_TEMPLATE, template_file=False,
                model=LlamaForCausalLM(config), dtype="float32", shards=1, classic=False)


def mistral(text):
    tok = sentencepiece_style(text, 1200, ["[INST]", "[/INST]"], False)
    config = MistralConfig(
        vocab_size=1200, hidden_size=96, num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2,
        head_dim=16, intermediate_size=256, max_position_embeddings=256, rope_parameters=rope(1000000.0),
        rms_norm_eps=1e-5, sliding_window=None, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2)
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "add_bos_token": True, "add_eos_token": False}
    return dict(tok=tok, names=names, template=MISTRAL_TEMPLATE, template_file=False,
                model=MistralForCausalLM(config), dtype="bfloat16", shards=3, classic=True)


QWEN_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def qwen2(text):
    tok = byte_level(text, 1503, QWEN_SPECIALS, r"\p{N}", normalizers.NFC())
    end = tok.token_to_id("<|im_end|>")
    # As in the published models, the embedding has more rows than the tokenizer has entries.
    config = Qwen2Config(
        vocab_size=1536, hidden_size=64, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=1,
        intermediate_size=192, max_position_embeddings=256, rope_parameters=rope(1000000.0), rms_norm_eps=1e-6,
        tie_word_embeddings=True, bos_token_id=tok.token_to_id("<|endoftext|>"), eos_token_id=end)
    model = Qwen2ForCausalLM(config)
    for layer in model.model.layers:
        for part in (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj):
            torch.nn.init.normal_(part.bias, std=0.1)
    names = {"bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    return dict(tok=tok, names=names, template=QWEN2_TEMPLATE, template_file=True,
                model=model, dtype="bfloat16", shards=1, classic=False)


def qwen3(text):
    tok = byte_level(text, 1400, QWEN_SPECIALS, r"\p{N}", normalizers.NFC())
    config = Qwen3Config(
        vocab_size=1400, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        head_dim=32, intermediate_size=192, max_position_embeddings=256, rope_parameters=rope(1000000.0),
        rms_norm_eps=1e-6, tie_word_embeddings=False, bos_token_id=tok.token_to_id("<|endoftext|>"),
        eos_token_id=tok.token_to_id("<|im_end|>"))
    model = Qwen3ForCausalLM(config)
    for layer in model.model.layers:
        for norm in (layer.self_attn.q_norm, layer.self_attn.k_norm):
            torch.nn.init.normal_(norm.weight, mean=1.0, std=0.2)
    names = {"bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    return dict(tok=tok, names=names, template=QWEN3_TEMPLATE, template_file=True,
                model=model, dtype="float16", shards=1, classic=False)


def llama3(text):
    specials = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    tok = byte_level(text, 1600, specials, r"\p{N}{1,3}", bos=specials[0])
    bos, end, eot = (tok.token_to_id(t) for t in (specials[0], specials[1], specials[4]))
    config = LlamaConfig(
        vocab_size=1600, hidden_size=64, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=192, max_position_embeddings=512, rms_norm_eps=1e-5, tie_word_embeddings=True,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64},
        bos_token_id=bos, eos_token_id=[end, eot])
    names = {"bos_token": specials[0], "eos_token": "<|eot_id|>"}
    return dict(tok=tok, names=names, template=LLAMA3_TEMPLATE, template_file=False,
                model=LlamaForCausalLM(config), dtype="bfloat16", shards=1, classic=True)


MODELS = {"llama-spm": llama_spm, "mistral": mistral, "qwen2": qwen2, "qwen3": qwen3, "llama3": llama3}


# ---------------------------------------------------------------- saving

def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def save_tokenizer(spec, out):
    tok = spec["tok"]
    tok.save(str(out / "tokenizer.json"))
    added = {str(i): {"content": t.content, "lstrip": False, "normalized": False, "rstrip": False,
                      "single_word": False, "special": True}
             for i, t in sorted(tok.get_added_tokens_decoder().items())}
    config = {"added_tokens_decoder": added, **spec["names"], "clean_up_tokenization_spaces": False,
              "model_max_length": 256, "tokenizer_class": "PreTrainedTokenizerFast"}
    if spec["template_file"]:
        (out / "chat_template.jinja").write_text(spec["template"], encoding="utf-8")
    else:
        config["chat_template"] = spec["template"]
    write_json(out / "tokenizer_config.json", config)


def save_model(spec, out):
    model = spec["model"].to(getattr(torch, spec["dtype"]))
    model.save_pretrained(out)
    config = json.loads((out / "config.json").read_text())
    if spec["classic"]:
        parameters = config.pop("rope_parameters")
        config["rope_theta"] = parameters.pop("rope_theta")
        config["rope_scaling"] = parameters if parameters["rope_type"] != "default" else None
        config["torch_dtype"] = config.pop("dtype")
        config["transformers_version"] = "4.46.0"
    write_json(out / "config.json", config)
    if spec["shards"] > 1:
        (out / "model.safetensors").unlink()
        tensors = {n: t.contiguous() for n, t in model.state_dict().items()}
        names, n = list(tensors), spec["shards"]
        index, total = {}, 0
        for s in range(n):
            file = f"model-{s + 1:05d}-of-{n:05d}.safetensors"
            part = {k: tensors[k] for k in names[s * len(names) // n:(s + 1) * len(names) // n]}
            save_file(part, out / file, metadata={"format": "pt"})
            index.update({k: file for k in part})
            total += sum(t.numel() * t.element_size() for t in part.values())
        write_json(out / "model.safetensors.index.json",
                   {"metadata": {"total_size": total}, "weight_map": dict(sorted(index.items()))})
    for file in out.glob("*.safetensors"):
        file.chmod(0o644)


# ---------------------------------------------------------------- reference

@torch.no_grad()
def reference(folder, held_out):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    plain = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    result = {"prompts": PROMPTS, "prompt_ids": [], "greedy": [], "next": []}
    for prompt in PROMPTS:
        ids = tokenizer(prompt)["input_ids"]
        assert ids == plain.encode(prompt).ids, "transformers and tokenizer.json disagree"
        result["prompt_ids"].append(ids)
        new, margin = [], float("inf")
        for step in range(24):
            logits = model(input_ids=torch.tensor([ids + new]), use_cache=False).logits[0, -1]
            best = torch.topk(logits, 2)
            if step == 0:
                top = torch.topk(torch.log_softmax(logits.double(), -1), 8)
                result["next"].append([[int(i), round(float(v), 6)] for v, i in zip(top.values, top.indices)])
            margin = min(margin, float(best.values[0] - best.values[1]))
            new.append(int(best.indices[0]))
        result["greedy"].append({
            "prompt": prompt, "ids": new, "text": tokenizer.decode(new),
            "full": tokenizer.decode(ids + new, skip_special_tokens=True), "margin": round(margin, 6)})
    ids = tokenizer(held_out.read_text(encoding="utf-8"), add_special_tokens=False)["input_ids"]
    nll, scored = window_nll(model, ids, 128)
    result["nll"] = {"file": held_out.name, "window": 128, "nllPerToken": nll, "tokens": scored}
    if tokenizer.chat_template:
        result["chat"] = []
        for messages in CHATS:
            text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            result["chat"].append({
                "messages": messages, "text": text, "ids": tokenizer(text, add_special_tokens=False)["input_ids"]})
    print(f"{folder}: nll {nll:.4f} over {scored} tokens, perplexity {torch.tensor(nll).exp():.2f}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="folder with tales.train.txt")
    parser.add_argument("--out", required=True, help="folder to write the model folders to")
    parser.add_argument("--held-out", required=True, type=Path, help="text for the nll")
    parser.add_argument("--minutes", type=float, default=2.5, help="training time of each model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--references", action="store_true", help="do not train, only write the references again")
    parser.add_argument("--demo", help="also write a reference for this model folder")
    parser.add_argument("--demo-reference", type=Path, help="where to write it")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    text = read(args.corpus, "tales.train.txt")
    for name in args.only:
        final = Path(args.out) / name
        out = final
        if not args.references:
            out = final.with_name(f".{name}.part")  # moved into place when complete
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            seed_all(args.seed)
            spec = MODELS[name](text)
            save_tokenizer(spec, out)
            tokenizer = PreTrainedTokenizerFast(tokenizer_object=spec["tok"], bos_token=spec["names"]["bos_token"])
            sampler = Sampler([Stream(text, tokenizer)], tokenizer, 128, args.seed)
            train(spec["model"], sampler, args.minutes, label=name)
            save_model(spec, out)
        write_json(out / "reference.json", reference(out, args.held_out))
        if out != final:
            shutil.rmtree(final, ignore_errors=True)
            out.rename(final)
    if args.demo:
        write_json(args.demo_reference, reference(Path(args.demo), args.held_out))


if __name__ == "__main__":
    main()
