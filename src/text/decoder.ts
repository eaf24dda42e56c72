import { tokenBytes } from "./byteLevel.ts";
import { invalid, unsupported } from "./errors.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { textOf } from "./normalizer.ts";
import { patternOf } from "./preTokenizer.ts";

/**
 * Tokens to stretches of text. With `inside`, the tokens stand in the middle of a text: nothing
 * that is done to its beginning (dropping the prepended space) is done.
 */
export type Decoder = (tokens: readonly string[], inside: boolean) => string[];

/**
 * The decoder of a tokenizer.json, byte for byte as the crate decodes. The library (0.2.0) swallows
 * a byte-order mark and counts replacement characters differently in ByteFallback, and turns
 * characters that stand for no byte into NUL in ByteLevel.
 * @throws TextError TOKENIZER_UNSUPPORTED or TOKENIZER_INVALID.
 */
export function createDecoder(config: unknown): Decoder {
  if (config === null || config === undefined) return (tokens) => [tokens.join(" ")];
  if (!isObject(config)) throw invalid("decoder is not an object");
  switch (config.type) {
    case "Sequence": {
      if (!Array.isArray(config.decoders)) throw invalid("decoder.decoders is not a list");
      const steps = config.decoders.map(createDecoder);
      return (tokens, inside) =>
        steps.reduce<string[]>((current, step) => step(current, inside), [...tokens]);
    }
    case "ByteLevel":
      return (tokens) => [lossyUtf8(tokens.flatMap(tokenBytes))];
    case "ByteFallback":
      return byteFallback;
    case "Fuse":
      return (tokens) => [tokens.join("")];
    case "Replace": {
      const pattern = patternOf(config.pattern);
      const content = textOf(config.content, "decoder.content");
      return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => content));
    }
    case "Strip":
      return strip(config);
    case "Metaspace":
      return metaspace(config);
    default:
      throw unsupported(`the decoder ${String(config.type)}`);
  }
}

/** Runs of `<0xXX>` become their UTF-8 text, or one U+FFFD a byte when they are not UTF-8. */
function byteFallback(tokens: readonly string[]): string[] {
  const out: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) out.push(strictUtf8(bytes) ?? "\uFFFD".repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    const digits = /^<0x([0-9a-fA-F]{2})>$/.exec(token)?.[1];
    if (digits !== undefined) {
      bytes.push(Number.parseInt(digits, 16));
    } else {
      flush();
      out.push(token);
    }
  }
  flush();
  return out;
}

function strip(config: JsonObject): Decoder {
  const content = textOf(config.content, "decoder.content");
  const start = countOf(config.start, "decoder.start");
  const stop = countOf(config.stop, "decoder.stop");
  return (tokens, inside) =>
    tokens.map((token) => {
      const chars = Array.from(token);
      const most = inside ? 0 : start;
      let first = 0;
      while (first < most && chars[first] === content) first++;
      let last = chars.length;
      while (chars.length - last < stop && last > first && chars[last - 1] === content) last--;
      return chars.slice(first, last).join("");
    });
}

function metaspace(config: JsonObject): Decoder {
  const mark = typeof config.replacement === "string" ? config.replacement : "▁";
  const scheme = config.prepend_scheme ?? (config.add_prefix_space === false ? "never" : "always");
  return (tokens, inside) =>
    tokens.map((token, i) =>
      token.replaceAll(mark, () => (i === 0 && !inside && scheme !== "never" ? "" : " ")),
    );
}

function countOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw invalid(`${what} is not a count`);
}

/** UTF-8 with U+FFFD for each maximal broken part, as Rust and the WHATWG decoder agree. */
function lossyUtf8(bytes: readonly number[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function strictUtf8(bytes: readonly number[]): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return null;
  }
}
