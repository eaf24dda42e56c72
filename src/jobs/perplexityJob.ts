import { cutWindows, perplexity } from "@/fingerprint/embed/evaluate.ts";
import type { InferProtocol } from "@/rpc/protocols.ts";
import { JobError } from "./errors.ts";
import { WINDOW_TOKENS } from "./fingerprint/measure.ts";
import { openDevice } from "./openDevice.ts";
import { openModel } from "./openModel.ts";

type Method = InferProtocol["perplexity"];

/** Windows read between two progress events. */
const GROUP = 8;

/** Mean negative log-likelihood of a text in windows of 128 tokens; see `cutWindows`. */
export async function perplexityJob(
  { files, text, device }: Method["params"],
  signal: AbortSignal,
  emit: (event: Method["event"]) => void,
): Promise<Method["result"]> {
  const { folder, tokenizer } = await openModel(files, signal);
  const tokens = tokenizer.encode(text, { addSpecialTokens: false });
  const windows = cutWindows(tokens, Math.min(WINDOW_TOKENS, folder.config.maxPositions));
  if (windows.length === 0) {
    throw new JobError(
      "TEXT_TOO_SHORT",
      "The text has fewer than two tokens.",
      "Give a longer text; a few thousand words make a steady figure.",
    );
  }
  const { engine, report } = await openDevice(device);
  emit({ type: "device", device: report });
  try {
    const model = await engine.load(folder.config, folder.weights, {
      trainable: { kind: "none" },
      signal,
    });
    let sum = 0;
    let count = 0;
    for (let first = 0; first < windows.length; first += GROUP) {
      const part = await perplexity(model, windows.slice(first, first + GROUP), signal);
      sum += part.nllPerToken * part.tokens;
      count += part.tokens;
      emit({ type: "progress", fraction: Math.min(1, (first + GROUP) / windows.length) });
    }
    return { nllPerToken: sum / count, tokens: count, device: report };
  } finally {
    engine.dispose();
  }
}
