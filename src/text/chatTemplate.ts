import { Template } from "@huggingface/jinja";
import { TextError } from "./errors.ts";
import { isObject } from "./json.ts";

export interface ChatMessage {
  role: string;
  content: string;
}

export interface ChatTemplate {
  /** The Jinja source. */
  readonly source: string;
  render(
    messages: readonly ChatMessage[],
    options: { addGenerationPrompt: boolean; specialTokens: Readonly<Record<string, string>> },
  ): string;
}

const MAX_TEMPLATE_CHARS = 1 << 20;

/**
 * The template among what a folder may hold: a string, a list of `{name, template}`, or an object
 * of templates by name, of which the one called default is taken.
 * @returns null when there is none.
 */
export function pickTemplate(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const entries = value.filter(isObject);
    return pickTemplate((entries.find(({ name }) => name === "default") ?? {}).template);
  }
  return isObject(value) ? pickTemplate(value.default) : null;
}

/** @throws TextError TEMPLATE_FAILED when it cannot be parsed. */
export function createChatTemplate(source: string): ChatTemplate {
  if (source.length > MAX_TEMPLATE_CHARS) throw failed("is too long");
  // Templates mark the training span of replies with a tag that the library does not know and that
  // renders as nothing. It also defines strftime_now by today's date and lets nobody redefine it,
  // hence another name.
  const plain = source
    .replace(/\{%(-?)\s*(?:end)?generation\s*(-?)%\}/g, "{%$1 if true %}{% endif $2%}")
    .replace(/\bstrftime_now\b/g, "signet_strftime_now");
  let template: Template;
  try {
    template = new Template(plain);
  } catch (cause) {
    throw failed("cannot be parsed", cause);
  }
  return {
    source,
    render(messages, { addGenerationPrompt, specialTokens }) {
      try {
        return template.render({
          ...specialTokens,
          messages: messages.map(({ role, content }) => ({ role, content })),
          add_generation_prompt: addGenerationPrompt,
          tools: null,
          documents: null,
          signet_strftime_now: fixedDate,
        });
      } catch (cause) {
        throw failed(
          cause instanceof Error ? `refuses: ${cause.message.slice(0, 200)}` : "fails",
          cause,
        );
      }
    },
  };
}

/**
 * The date that templates see, always the same: a prompt that changed from day to day could not be
 * a fingerprint key. It is the day that Llama 3 templates fall back to.
 */
function fixedDate(format: string): string {
  const parts: Readonly<Record<string, string>> = {
    "%d": "26",
    "%b": "Jul",
    "%B": "July",
    "%m": "07",
    "%Y": "2024",
    "%y": "24",
    "%A": "Friday",
    "%a": "Fri",
    "%H": "12",
    "%M": "00",
    "%S": "00",
    "%j": "208",
    "%%": "%",
  };
  return format.replace(/%./g, (code) => parts[code] ?? code);
}

function failed(why: string, cause?: unknown): TextError {
  return new TextError(
    "TEMPLATE_FAILED",
    `The chat template ${why}.`,
    "Use plain prompts instead of chat, or take the template from where the model was published.",
    { cause },
  );
}
