import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createEngine } from "@/engine/engine.ts";
import { generate } from "@/engine/models/generate.ts";
import type { LoadedModel } from "@/engine/types.ts";
import { openModel } from "@/jobs/openModel.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { ROOT } from "../../paths.mjs";

const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];

interface ChatBody {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

/** A small OpenAI-compatible server that runs the demo model on the processor. */
export async function startModelServer() {
  const files = FILES.map((path) => ({
    path: `demo/${path}`,
    file: new File([readFileSync(join(ROOT, "public/demo", path))], path),
  }));
  const { folder, tokenizer } = await openModel(files);
  const engine = await createEngine({ device: "cpu" });
  const model = await engine.load(folder.config, folder.weights, { trainable: { kind: "none" } });
  /** Bodies that were received, for tests of what is passed on. */
  const seen: ChatBody[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "GET") {
        sendJson(response, { object: "list", data: [{ id: "demo", object: "model" }] });
        return;
      }
      const body: ChatBody = JSON.parse(Buffer.concat(chunks).toString());
      seen.push(body);
      answer(body, model, tokenizer, response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const stop = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    engine.dispose();
  };
  return { url: `http://127.0.0.1:${address.port}/v1`, seen, stop };
}

async function answer(
  body: ChatBody,
  model: LoadedModel,
  tokenizer: Tokenizer,
  response: ServerResponse,
): Promise<void> {
  const prompt = tokenizer.encode(body.messages.at(-1)?.content ?? "", { addSpecialTokens: true });
  const base = { id: "chatcmpl-1", created: 1, model: "demo" };
  const ids: number[] = [];
  let text = "";
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const chunk = (delta: object, reason: string | null = null) =>
    send({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
  if (body.stream) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    chunk({ role: "assistant", content: "" });
  }
  await generate(model, [prompt], {
    maxTokens: body.max_tokens,
    eosIds: [...tokenizer.eosIds],
    onToken: (_, id) => {
      ids.push(id);
      const now = tokenizer.decode(ids, { skipSpecialTokens: true });
      if (body.stream && !now.endsWith("\ufffd")) {
        chunk({ content: now.slice(text.length) });
        text = now;
      } else if (!body.stream) {
        text = now;
      }
    },
  });
  const counts = { prompt_tokens: prompt.length, completion_tokens: ids.length };
  const usage = { ...counts, total_tokens: prompt.length + ids.length };
  if (!body.stream) {
    const message = { role: "assistant", content: text };
    const choices = [{ index: 0, message, finish_reason: "length" }];
    sendJson(response, { ...base, object: "chat.completion", choices, usage });
    return;
  }
  chunk({}, "length");
  if (body.stream_options?.include_usage) {
    send({ ...base, object: "chat.completion.chunk", choices: [], usage });
  }
  response.end("data: [DONE]\n\n");
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
