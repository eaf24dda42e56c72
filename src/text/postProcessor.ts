import { invalid, unsupported } from "./errors.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Ids that are put around one sequence when special tokens are asked for. */
export interface Surround {
  prefix: readonly number[];
  suffix: readonly number[];
}

/** @throws TextError TOKENIZER_UNSUPPORTED or TOKENIZER_INVALID. */
export function parsePostProcessor(config: unknown): Surround {
  if (config === null || config === undefined) return { prefix: [], suffix: [] };
  if (!isObject(config)) throw invalid("post_processor is not an object");
  switch (config.type) {
    case "ByteLevel":
      return { prefix: [], suffix: [] };
    case "TemplateProcessing":
      return template(config);
    case "BertProcessing":
    case "RobertaProcessing":
      return { prefix: [idOfPair(config.cls)], suffix: [idOfPair(config.sep)] };
    case "Sequence": {
      if (!Array.isArray(config.processors)) {
        throw invalid("post_processor.processors is not a list");
      }
      const steps = config.processors.map(parsePostProcessor);
      return {
        prefix: steps.toReversed().flatMap(({ prefix }) => prefix),
        suffix: steps.flatMap(({ suffix }) => suffix),
      };
    }
    default:
      throw unsupported(`the post-processor ${String(config.type)}`);
  }
}

function template(config: JsonObject): Surround {
  if (!Array.isArray(config.single)) throw invalid("post_processor.single is not a list");
  const items: readonly unknown[] = config.single;
  const surround = { prefix: Array<number>(), suffix: Array<number>() };
  let sequences = 0;
  for (const item of items) {
    if (!isObject(item)) throw invalid("post_processor.single holds something unknown");
    if (isObject(item.Sequence)) sequences++;
    else if (isObject(item.SpecialToken)) {
      const ids = idsOf(config.special_tokens, item.SpecialToken.id);
      (sequences === 0 ? surround.prefix : surround.suffix).push(...ids);
    } else throw invalid("post_processor.single holds something unknown");
  }
  if (sequences !== 1) throw unsupported("a post-processor that does not use the text once");
  return surround;
}

function idsOf(specialTokens: unknown, name: unknown): number[] {
  const entry =
    isObject(specialTokens) && typeof name === "string" ? specialTokens[name] : undefined;
  const ids: unknown = isObject(entry) ? entry.ids : undefined;
  if (!Array.isArray(ids)) {
    throw invalid(`post_processor names ${JSON.stringify(name)} without its ids`);
  }
  return ids.map(checkId);
}

function idOfPair(pair: unknown): number {
  if (!Array.isArray(pair)) throw invalid("post_processor lacks a token");
  return checkId(pair[1]);
}

function checkId(id: unknown): number {
  if (typeof id === "number" && Number.isInteger(id) && id >= 0) return id;
  throw invalid("post_processor has something that is not an id");
}
