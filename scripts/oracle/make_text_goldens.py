#!/usr/bin/env python3
"""Train small tokenizers and record what the Python libraries make of hard texts.

    python scripts/oracle/make_text_goldens.py src/text/fixtures

Writes one `<name>.json` per tokenizer: its tokenizer.json, texts with their ids (without and with
special tokens), decodings of those and of random ids, and what each token shows in the middle of a
text. `steps.json` holds the work of single pre-tokenizers and normalizers, `chat.json` chat
templates with what transformers renders from them, and `amended.json` a tokenizer whose special
tokens come from tokenizer_config.json alone.
"""

import datetime
import json
import random
import sys
import tempfile
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer
from transformers.utils.chat_template_utils import render_jinja_template

# Written for this purpose, in the manner of old tales; the other languages are proverbs.
CORPUS = """
Once upon a time there lived a miller who had three sons, a mill, a donkey and a grey cat.
When the miller died, the eldest took the mill, the second took the donkey, and the youngest got the cat.
"Don't be sad," said the cat, "but give me a bag and a pair of boots, and you'll see that we're not so poor."
The king's daughter was as fair as the morning, and she'd never seen a cat that wore boots.
On the 24th of March 1697 they counted 365 apples, 12 geese and 1,000 gold coins.
He walked and walked, and on the third day he came to a castle where nobody had lived for 100 years.
What shall I do?  What can I do?   I have nothing left but a candle, a needle and a thread!
The fox ran through the forest, over the hill, past the mill and into the miller's garden.
    for i in range(10):
        print("the cat", i * 2)  # counts
Ende gut, alles gut. Übung macht den Meister. Straße, Größe, Mädchen.
L'été dernier, le garçon naïf a mangé des crêpes à la crème brûlée.
El niño comió piñas y mañana irá a la montaña. ¿Dónde está el baño?
Тише едешь, дальше будешь. Волк и семеро козлят.
千里之行，始於足下。 猿も木から落ちる。 호랑이도 제 말 하면 온다.
"""

ZWJ = "\u200d"
TEXTS = [
    "", " ", "  ", "\n", "\t", "\r\n", " \n \n  x", "a", " a", "  a", "a ", "a  b   c    d",
    "Once upon a time there lived a miller", "once upon a time", "ONCE UPON A TIME",
    "I'm you're he's we'll they'd I've don't DON'T I'M",
    "1 12 123 1234 12345 1,000.50 3.14159 0x1F", "½ ¾ ² Ⅷ ٣٤ १२ 三百", "x²+y³=z₁",
    "naïve café", "nai\u0308ve cafe\u0301", "Å \u212b A\u030a", "ﬁne ﬂag", "ＡＢＣ１２３",
    "🦊", "🦊🦊 fox", f"👩{ZWJ}👩{ZWJ}👧 family", "🇩🇪🇫🇷", "👍🏽", "a🦊b", "\ufeffBOM", "x\ufeffy \ufeff z",
    "千里之行，始於足下。", "猿も木から落ちる", "호랑이도 제 말", "Волк и семеро козлят", "שלום עולם", "مرحبا بالعالم", "ไทยภาษา",
    "tab\tand\nnewline\r\nand\u00a0nbsp\u2003em\u3000wide\u0085nel\u2028ls\u200bzw",
    "\n\n\nthree\n\n", "trailing spaces   ", "   leading spaces", "a\n  b\n    c",
    "price: £25, €3.50, ¥900 — “quoted” … ‘single’", "e-mail@example.org https://example.org/a?b=c&d=e#f",
    "$100 $& $1 $$ \\d \\n ^ * + ? . ( ) [ ] { } |", "<0x41> <0xE2><0x9C>", "▁ ▁a a▁b ▁▁", "Ġ ĠA Ċ",
    "<s>", "</s>", "<s> hello</s>", "hello <s>world</s> again", "<|end|>", "a<|end|>b", "a <|end|> b", "  <|end|>  x",
    "<unk>", "x<unk>y", "<mask>", "hello <mask> world", "hello  <mask>  world", "<left>", "a  <left>  b", "<right>", "a  <right>  b",
    "word", "a word here", "words", "sword", "word.", "word word", "_word word_", "NORM norm Norm", "xNORMy", "<norm>x <norm> <norm>",
    "<s><s></s>", "<s><|end|><s>", "\x00\x01\x7f\x80\xff", "\u0378\U000e0001", "\U0001fae8 \U00010330",
    "the cat" * 12, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!?!?!?...---___***", "don’t “won’t”",
]

SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
BYTES = pre_tokenizers.ByteLevel.alphabet()


def special(content, **flags):
    return AddedToken(content, special=True, normalized=False, **flags)


def byte_level(size, pre, normalizer=None, ignore_merges=False, specials=("<|end|>",)):
    tok = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer:
        tok.normalizer = normalizer
    tok.pre_tokenizer = pre
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=BYTES, show_progress=False)
    tok.train_from_iterator(CORPUS.split("\n"), trainer)
    tok.add_special_tokens([special(s) for s in specials])
    return tok


def sentencepiece(size, byte_fallback=True):
    learner = Tokenizer(models.BPE(unk_token="<unk>"))
    learner.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<unk>"], limit_alphabet=60, show_progress=False)
    learner.train_from_iterator(CORPUS.split("\n"), trainer)
    learnt = json.loads(learner.to_str())["model"]
    pieces = [p for p, _ in sorted(learnt["vocab"].items(), key=lambda kv: kv[1]) if p != "<unk>"]
    order = ["<unk>", "<s>", "</s>"] + ([f"<0x{b:02X}>" for b in range(256)] if byte_fallback else []) + pieces
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in learnt["merges"]]
    tok = Tokenizer(models.BPE(
        vocab={p: i for i, p in enumerate(order)}, merges=merges,
        unk_token="<unk>", fuse_unk=True, byte_fallback=byte_fallback))
    tok.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tok.add_special_tokens([special(s) for s in ("<unk>", "<s>", "</s>")])
    tok.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A <s> $B", special_tokens=[("<s>", 1), ("</s>", 2)])
    return tok


def tokenizers():
    yield "gpt2", byte_level(420, pre_tokenizers.ByteLevel(add_prefix_space=False))

    tok = byte_level(420, pre_tokenizers.ByteLevel(add_prefix_space=True))
    tok.add_tokens([
        AddedToken("<mask>", lstrip=True, rstrip=True, normalized=False),
        AddedToken("<left>", lstrip=True, normalized=False), AddedToken("<right>", rstrip=True, normalized=False),
        AddedToken("word", single_word=True, normalized=False), AddedToken("hello", normalized=True)])
    yield "prefix", tok

    tok = byte_level(
        420, pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(SPLIT % "{1,3}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        ignore_merges=True, specials=("<s>", "<|end|>"))
    tok.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", tok.token_to_id("<s>"))])])
    yield "llama3", tok

    yield "qwen", byte_level(
        420, pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(SPLIT % ""), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        normalizer=normalizers.NFC())

    yield "digits", byte_level(
        420, pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]))

    yield "splits", byte_level(
        420, pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(r"[\r\n]"), "merged_with_previous"),
            pre_tokenizers.Split(Regex(r"\s"), "merged_with_next"),
            pre_tokenizers.Split("a", "contiguous"),
            pre_tokenizers.Split(Regex(r"[\p{L}]+"), "isolated", invert=True),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.Digits(individual_digits=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]))

    tok = sentencepiece(300)
    tok.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tok.add_tokens([AddedToken("NORM", normalized=True), AddedToken("<|end|>", normalized=False, special=True)])
    tok.add_special_tokens([AddedToken("<norm>", normalized=True)])
    yield "spm-legacy", tok

    tok = sentencepiece(300)
    tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    tok.add_special_tokens([special("<|end|>")])
    yield "spm-first", tok

    tok = sentencepiece(300)
    tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tok.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("▁", "always")])
    yield "spm-split", tok

    tok = sentencepiece(300, byte_fallback=False)
    tok.normalizer = normalizers.Sequence([
        normalizers.Strip(), normalizers.NFKC(), normalizers.Lowercase(),
        normalizers.Replace(Regex(" {2,}"), " "), normalizers.Replace("x", "$&")])
    tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="never", split=False)
    tok.decoder = decoders.Metaspace("▁", "never")
    yield "spm-unk", tok


def golden(tok, seed):
    draw = random.Random(seed)
    size = tok.get_vocab_size()
    encoded = [
        {"text": text, "ids": tok.encode(text, add_special_tokens=False).ids, "withSpecial": tok.encode(text).ids}
        for text in TEXTS]
    sequences = [case["withSpecial"] for case in encoded]
    sequences += [[draw.randrange(size) for _ in range(draw.randrange(1, 12))] for _ in range(60)]
    # A plain letter before it shows a token as it stands in the middle of a text.
    anchor = tok.token_to_id("a")
    before = tok.decode([anchor], skip_special_tokens=False)
    shown = [tok.decode([anchor, i], skip_special_tokens=False) for i in range(size)]
    assert all(text.startswith(before) for text in shown)
    return {
        "tokenizer": json.loads(tok.to_str()),
        "vocabSize": size,
        "encoded": encoded,
        "decoded": [
            {"ids": ids, "text": tok.decode(ids, skip_special_tokens=False),
             "withoutSpecial": tok.decode(ids, skip_special_tokens=True)} for ids in sequences],
        "shown": [text[len(before):] for text in shown],
    }


CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are helpful.<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")

INST = """\
{% if messages[0]['role'] == 'system' %}
    {% set loop_messages = messages[1:] %}
    {% set system_message = messages[0]['content'] %}
{% else %}
    {% set loop_messages = messages %}
    {% set system_message = false %}
{% endif %}
{% for message in loop_messages %}
    {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
    {% endif %}
    {% if loop.index0 == 0 and system_message %}
        {% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}
    {% else %}
        {% set content = message['content'] %}
    {% endif %}
    {% if message['role'] == 'user' %}
        {{ bos_token + '[INST] ' + content | trim + ' [/INST]' }}
    {% elif message['role'] == 'assistant' %}
        {{ ' ' + content | trim + ' ' + eos_token }}
    {% endif %}
{% endfor %}
"""

DATED = """\
{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if tools is not none %}{{- "tools" }}{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{%- for message in messages %}
    {{- '<|start|>' + message.role + '\\n\\n' + message['content'] | trim + '<|end|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start|>assistant\\n\\n' }}
{%- endif %}
"""

SPAN = """\
{%- for message in messages %}
{%- if message.role == 'assistant' %}
{% generation %}
A: {{ message.content }}{{ eos_token }}
{% endgeneration %}
{%- else %}
Q: {{ message.content }}
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}A: {% endif %}
"""

CHATS = [
    [{"role": "user", "content": "Tell me a tale of a fox."}],
    [{"role": "user", "content": "  Hi 🦊 \n"}, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "{{ bos_token }}"}],
    [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Who lives in the forest?"}],
]


def chats():
    names = {"bos_token": "<s>", "eos_token": "</s>"}
    fixed = datetime.datetime(2024, 7, 26, 12)
    cases = []
    for name, template in [("chatml", CHATML), ("inst", INST), ("dated", DATED), ("span", SPAN)]:
        for messages in CHATS:
            for prompt in (True, False):
                if name == "dated":
                    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
                    env.globals["strftime_now"] = fixed.strftime
                    text = env.from_string(template).render(
                        messages=messages, tools=None, documents=None, add_generation_prompt=prompt, **names)
                else:
                    rendered = render_jinja_template(
                        conversations=[messages], chat_template=template, add_generation_prompt=prompt, **names)
                    text = rendered[0][0]
                cases.append({"name": name, "template": template, "messages": messages, "prompt": prompt, "text": text})
    return {"names": names, "cases": cases}


def steps():
    """What single pre-tokenizers and normalizers make of the texts."""
    pre = [
        pre_tokenizers.ByteLevel(add_prefix_space=False), pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=False),
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Punctuation("isolated"), pre_tokenizers.Punctuation("merged_with_previous"),
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Whitespace(),
        pre_tokenizers.Metaspace(prepend_scheme="always"), pre_tokenizers.Metaspace(prepend_scheme="never", split=False),
        pre_tokenizers.Split(Regex(SPLIT % "{1,3}"), "removed", invert=True), pre_tokenizers.Split(" ", "removed"),
    ] + [
        pre_tokenizers.Split(Regex(r"\s"), behavior, invert=invert) for invert in (False, True)
        for behavior in ("removed", "isolated", "contiguous", "merged_with_previous", "merged_with_next")]
    norm = [
        normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(), normalizers.Lowercase(),
        normalizers.Strip(), normalizers.Strip(left=False), normalizers.Prepend("_"), normalizers.Replace(Regex(r"\s+"), "$1")]
    def config(key, step):
        tok = Tokenizer(models.BPE())
        setattr(tok, key, step)
        return json.loads(tok.to_str())[key]
    return {
        "texts": TEXTS,
        "pre": [{"config": config("pre_tokenizer", p), "pieces": [[t for t, _ in p.pre_tokenize_str(x)] for x in TEXTS]} for p in pre],
        "norm": [{"config": config("normalizer", n), "texts": [n.normalize_str(x) for x in TEXTS]} for n in norm]}


def amended():
    """What transformers adds on loading: tokens that only tokenizer_config.json speaks of."""
    tok = byte_level(300, pre_tokenizers.ByteLevel(add_prefix_space=False), specials=())
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>"},
        "pad_token": "the", "additional_special_tokens": ["<a>", "<b>"], "clean_up_tokenization_spaces": True}
    with tempfile.TemporaryDirectory() as folder:
        tok.save(f"{folder}/tokenizer.json")
        Path(f"{folder}/tokenizer_config.json").write_text(json.dumps(config))
        loaded = AutoTokenizer.from_pretrained(folder)
        texts = ["<s>the cat</s>", "the <a> cat , <b>", "<s> the . end"]
        return {
            "tokenizer": json.loads(tok.to_str()), "config": config, "vocabSize": len(loaded),
            "bosId": loaded.bos_token_id, "eosId": loaded.eos_token_id, "specialIds": sorted(loaded.all_special_ids),
            "cases": [
                {"text": text, "ids": ids, "decoded": loaded.decode(ids), "withoutSpecial": loaded.decode(ids, skip_special_tokens=True)}
                for text in texts for ids in [loaded(text)["input_ids"]]]}


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    fixtures = {name: golden(tok, seed) for seed, (name, tok) in enumerate(tokenizers())}
    for name, value in {**fixtures, "chat": chats(), "amended": amended(), "steps": steps()}.items():
        path = out / f"{name}.json"
        path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")
        print(path, path.stat().st_size)


main()
