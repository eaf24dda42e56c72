// @ts-check
import { BadInput } from "../badInput.mjs";
import { wholeNumber } from "../options.mjs";
import { deviceFlag, onlyArgument, required } from "./flags.mjs";
import { folderFiles, readText } from "./inputFiles.mjs";
import { withSession } from "./session.mjs";

/** @typedef {import("./command.mjs").Command} Command */

/** @type {Command["run"]} */
async function runPerplexity({ values, positionals, progress, signal }) {
  const files = folderFiles(onlyArgument(positionals, "<model-dir>"), "The model folder");
  const text = readText(required(values.text, "text"), "The text");
  if (text.trim() === "") throw new BadInput("The text is empty");
  const device = deviceFlag(values.device);
  const { nllPerToken, tokens } = await withSession(
    { folders: { model: files }, device, signal, onEvent: (event) => progress.event(event) },
    ({ entries, call }) => call("perplexity", { files: entries("model"), text, device }),
  );
  return {
    json: { nllPerToken, tokens },
    text: `Perplexity ${Math.exp(nllPerToken).toFixed(4)} (${nllPerToken.toFixed(6)} nats per token over ${tokens} tokens)`,
  };
}

/** @param {import("./command.mjs").Values} values */
function promptOf(values) {
  const { prompt } = values;
  const file = values["prompt-file"];
  if ((prompt === undefined) === (file === undefined)) {
    throw new BadInput("Give one of --prompt and --prompt-file");
  }
  return prompt ?? readText(file ?? "", "The prompt file");
}

/** @type {Command["run"]} */
async function runGenerate({ values, positionals, progress, signal }) {
  const files = folderFiles(onlyArgument(positionals, "<model-dir>"), "The model folder");
  const prompt = promptOf(values);
  const maxTokens = wholeNumber(required(values.tokens, "tokens"), "tokens", { min: 1 });
  const device = deviceFlag(values.device);
  let made = 0;
  const { text, tokenIds } = await withSession(
    {
      folders: { model: files },
      device,
      signal,
      onEvent: (event) => {
        if (event.type === "token") progress.say(`${(made += 1)} of ${maxTokens} tokens`, false);
        else progress.event(event);
      },
    },
    ({ entries, call }) =>
      call("generate", {
        files: entries("model"),
        prompt,
        maxTokens,
        device,
        chat: values.chat === true,
      }),
  );
  return { json: { text, tokenIds: [...tokenIds] }, text };
}

/** @type {Command} */
export const perplexityCommand = {
  summary: "mean negative log-likelihood of a text",
  help: `signet perplexity <model-dir> --text <file> [options]

  --text <file>             UTF-8 text to measure on
  --device auto|webgpu|cpu  (default auto)
  --json                    one JSON object on stdout`,
  options: { text: { type: "string" } },
  run: runPerplexity,
};

/** @type {Command} */
export const generateCommand = {
  summary: "continue a prompt greedily",
  help: `signet generate <model-dir> --prompt <text> --tokens <n> [options]

  --prompt <text>           what the model continues
  --prompt-file <file>      the same from a UTF-8 file
  --tokens <n>              most tokens to make
  --chat                    put the prompt through the model's chat template
  --device auto|webgpu|cpu  (default auto)
  --json                    one JSON object on stdout`,
  options: {
    prompt: { type: "string" },
    "prompt-file": { type: "string" },
    tokens: { type: "string" },
    chat: { type: "boolean" },
  },
  run: runGenerate,
};
