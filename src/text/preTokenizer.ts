import { SplitPreTokenizer } from "@huggingface/tokenizers";
import { toByteChars } from "./byteLevel.ts";
import { invalid, unsupported } from "./errors.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** A stretch of text on its way to the BPE; `first` when it opens the whole input. */
export interface Section {
  text: string;
  first: boolean;
}

export type PreTokenizer = (sections: readonly Section[]) => Section[];

type Behavior = "removed" | "isolated" | "contiguous" | "mergedwithprevious" | "mergedwithnext";

interface Part {
  text: string;
  match: boolean;
}

const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

// Rust's own \w+|[^\w\s]+, in which \w differs from Oniguruma's.
const WORD = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;
const WORDS = new RegExp(String.raw`[${WORD}]+|[^${WORD}\p{White_Space}]+`, "gu");

/**
 * The pre-tokenizer of a tokenizer.json. Patterns are translated from Oniguruma by the library;
 * what is done with the matches is done here, because the library (0.2.0) takes `Metaspace.split`
 * as false, counts only ASCII digits as Digits, uses JavaScript's \s in ByteLevel, and lacks the
 * split behaviours contiguous, mergedWithPrevious and mergedWithNext.
 * @throws TextError TOKENIZER_UNSUPPORTED or TOKENIZER_INVALID.
 */
export function createPreTokenizer(config: unknown): PreTokenizer {
  if (config === null || config === undefined) return (sections) => [...sections];
  if (!isObject(config)) throw invalid("pre_tokenizer is not an object");
  switch (config.type) {
    case "Sequence":
      return sequence(config);
    case "ByteLevel":
      return byteLevel(config);
    case "Metaspace":
      return metaspace(config);
    case "Split":
      return splitter(patternOf(config.pattern), behaviorOf(config), config.invert === true);
    case "Digits":
      return splitter(/\p{N}/gu, config.individual_digits === true ? "isolated" : "contiguous");
    case "Punctuation":
      return splitter(/[\p{P}$+<=>^`|~]/gu, behaviorOf(config));
    case "WhitespaceSplit":
      return splitter(/\p{White_Space}/gu, "removed");
    case "Whitespace":
      return splitter(WORDS, "removed", true);
    default:
      throw unsupported(`the pre-tokenizer ${String(config.type)}`);
  }
}

function sequence(config: JsonObject): PreTokenizer {
  const { pretokenizers } = config;
  if (!Array.isArray(pretokenizers)) throw invalid("pre_tokenizer.pretokenizers is not a list");
  const steps = pretokenizers.map(createPreTokenizer);
  return (sections) => steps.reduce((current, step) => step(current), [...sections]);
}

function byteLevel(config: JsonObject): PreTokenizer {
  const prefix = config.add_prefix_space !== false;
  const split =
    config.use_regex === false ? null : splitter(patternOf({ Regex: GPT2_PATTERN }), "isolated");
  return (sections) => {
    const prefixed = sections.map(({ text, first }) => ({
      text: prefix && text !== "" && !text.startsWith(" ") ? ` ${text}` : text,
      first,
    }));
    const parts = split ? split(prefixed) : prefixed;
    return parts.map(({ text, first }) => ({ text: toByteChars(text), first }));
  };
}

function metaspace(config: JsonObject): PreTokenizer {
  const mark = typeof config.replacement === "string" ? config.replacement : "▁";
  const scheme = config.prepend_scheme ?? (config.add_prefix_space === false ? "never" : "always");
  const split =
    config.split === false ? null : splitter(patternOf({ String: mark }), "mergedwithnext");
  return (sections) => {
    const marked = sections.map(({ text, first }) => {
      const replaced = text.replaceAll(" ", () => mark);
      const prepend = text !== "" && (scheme === "always" || (scheme === "first" && first));
      return { text: prepend && !replaced.startsWith(mark) ? mark + replaced : replaced, first };
    });
    return split ? split(marked) : marked;
  };
}

function splitter(pattern: RegExp, behavior: Behavior, invert = false): PreTokenizer {
  return (sections) =>
    sections.flatMap(({ text, first }) =>
      applyBehavior(findParts(text, pattern, invert), behavior)
        .filter((part) => part !== "")
        .map((part, i) => ({ text: part, first: first && i === 0 })),
    );
}

function findParts(text: string, pattern: RegExp, invert: boolean): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > done) parts.push({ text: text.slice(done, index), match: invert });
    parts.push({ text: match, match: !invert });
    done = index + match.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done), match: invert });
  return parts;
}

function applyBehavior(parts: readonly Part[], behavior: Behavior): string[] {
  switch (behavior) {
    case "isolated":
      return parts.map(({ text }) => text);
    case "removed":
      return parts.filter(({ match }) => !match).map(({ text }) => text);
    case "contiguous":
      return merge(parts, (part, before) => part.match === before.match, false);
    case "mergedwithprevious":
      return merge(parts, (part, before) => part.match && !before.match, false);
    default:
      return merge(parts, (part, before) => part.match && !before.match, true);
  }
}

/** Joins a part to the one before it (after it, from the end, when reversed) where `joins` says so. */
function merge(
  parts: readonly Part[],
  joins: (part: Part, before: Part) => boolean,
  reversed: boolean,
): string[] {
  const out: string[] = [];
  const ordered = reversed ? parts.toReversed() : parts;
  ordered.forEach((part, i) => {
    const last = out.length - 1;
    if (i === 0 || !joins(part, ordered[i - 1])) out.push(part.text);
    else out[last] = reversed ? part.text + out[last] : out[last] + part.text;
  });
  return reversed ? out.toReversed() : out;
}

const BEHAVIORS: readonly string[] = [
  "removed",
  "isolated",
  "contiguous",
  "mergedwithprevious",
  "mergedwithnext",
] satisfies Behavior[];

function behaviorOf(config: JsonObject): Behavior {
  const name = (typeof config.behavior === "string" ? config.behavior : "isolated").toLowerCase();
  if (isBehavior(name)) return name;
  throw invalid(`unknown split behaviour ${JSON.stringify(name)}`);
}

function isBehavior(name: string): name is Behavior {
  return BEHAVIORS.includes(name);
}

/** A pattern of tokenizer.json as a JavaScript expression. */
export function patternOf(pattern: unknown): RegExp {
  const { Regex: regex, String: literal } = isObject(pattern) ? pattern : {};
  const source =
    typeof regex === "string"
      ? { Regex: regex }
      : typeof literal === "string"
        ? { String: literal }
        : null;
  if (!source) throw invalid("a pattern is neither Regex nor String");
  let translated: RegExp | null;
  try {
    translated = new SplitPreTokenizer({
      type: "Split",
      pattern: source,
      behavior: "Isolated",
      invert: true,
    }).pattern;
  } catch (cause) {
    throw invalid(`a pattern cannot be used: ${JSON.stringify(source).slice(0, 120)}`, cause);
  }
  if (!translated) throw invalid("a pattern cannot be used");
  return translated;
}
