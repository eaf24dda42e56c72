import { generate } from "@/engine/models/generate.ts";
import type { InferProtocol } from "@/rpc/protocols.ts";
import { openDevice } from "./openDevice.ts";
import { openModel } from "./openModel.ts";

type Method = InferProtocol["generate"];

/** Greedy continuation of a prompt, as plain text or as the user turn of the chat template. */
export async function generateJob(
  { files, prompt, maxTokens, device, chat }: Method["params"],
  signal: AbortSignal,
  emit: (event: Method["event"]) => void,
): Promise<Method["result"]> {
  const { folder, tokenizer } = await openModel(files, signal);
  const ids = chat
    ? tokenizer.encodeChat([{ role: "user", content: prompt }], { addGenerationPrompt: true })
    : tokenizer.encode(prompt, { addSpecialTokens: true });
  // An empty prompt without a BOS has nothing to predict from.
  const start = ids.length > 0 ? ids : tokenizer.eosIds.slice(0, 1);
  const { engine, report } = await openDevice(device);
  emit({ type: "device", device: report });
  try {
    const model = await engine.load(folder.config, folder.weights, {
      trainable: { kind: "none" },
      signal,
    });
    const shown: number[] = [];
    let text = "";
    const [tokenIds] = await generate(model, [start], {
      maxTokens,
      eosIds: [...tokenizer.eosIds],
      signal,
      onToken: (_, id) => {
        shown.push(id);
        const now = tokenizer.decode(shown, { skipSpecialTokens: true });
        // Half a character is held back until its last byte has come.
        if (!now.endsWith("\ufffd")) {
          emit({ type: "token", text: now.slice(text.length) });
          text = now;
        }
      },
    });
    return {
      text: tokenizer.decode(tokenIds, { skipSpecialTokens: true }),
      tokenIds,
      device: report,
    };
  } finally {
    engine.dispose();
  }
}
