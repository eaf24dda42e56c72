import { invalid, unsupported } from "./errors.ts";
import { isObject } from "./json.ts";
import { patternOf } from "./preTokenizer.ts";

export type Normalizer = (text: string) => string;

/**
 * The normalizer of a tokenizer.json. Like the crate, and unlike the library (0.2.0), it leaves
 * empty text empty in Prepend, inserts the content of Replace literally, and strips White_Space.
 * @throws TextError TOKENIZER_UNSUPPORTED or TOKENIZER_INVALID.
 */
export function createNormalizer(config: unknown): Normalizer {
  if (config === null || config === undefined) return (text) => text;
  if (!isObject(config)) throw invalid("normalizer is not an object");
  switch (config.type) {
    case "Sequence": {
      if (!Array.isArray(config.normalizers)) throw invalid("normalizer.normalizers is not a list");
      const steps = config.normalizers.map(createNormalizer);
      return (text) => steps.reduce((current, step) => step(current), text);
    }
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = config.type;
      return (text) => text.normalize(form);
    }
    case "Lowercase":
      return (text) => text.toLowerCase();
    case "Prepend": {
      const prefix = textOf(config.prepend, "normalizer.prepend");
      return (text) => (text === "" ? "" : prefix + text);
    }
    case "Replace": {
      const pattern = patternOf(config.pattern);
      const content = textOf(config.content, "normalizer.content");
      return (text) => text.replaceAll(pattern, () => content);
    }
    case "Strip": {
      const left = config.strip_left !== false;
      const right = config.strip_right !== false;
      return (text) => {
        const start = left ? text.replace(/^\p{White_Space}+/u, "") : text;
        return right ? start.replace(/\p{White_Space}+$/u, "") : start;
      };
    }
    default:
      throw unsupported(`the normalizer ${String(config.type)}`);
  }
}

/** @throws TextError TOKENIZER_INVALID unless it is a string. */
export function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw invalid(`${what} is not a string`);
}
