import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import * as v from "valibot";
import { createEngine } from "@/engine/engine.ts";
import { openModel } from "@/jobs/openModel.ts";

/** Paths below the root of the checkout, from which tests are run. */
const DEMO = "public/demo";
/** The demo model with the fingerprints of e2e/support/trained/bank.signet. */
export const TRAINED_WEIGHTS = "e2e/support/trained/model.safetensors";
export const DEMO_WEIGHTS = `${DEMO}/model.safetensors`;

const bodySchema = v.object({
  model: v.optional(v.string()),
  prompt: v.optional(v.string()),
  messages: v.optional(v.array(v.object({ role: v.string(), content: v.string() }))),
  max_tokens: v.literal(1),
  temperature: v.literal(0),
  logprobs: v.optional(v.union([v.number(), v.boolean()])),
  top_logprobs: v.optional(v.number()),
});
export type HostBody = v.InferOutput<typeof bodySchema>;

/** What a host does differently from the usual; tests change it as they go. */
export interface Quirks {
  completions: boolean;
  chat: boolean;
  /** Longest list of likely tokens; a request for more is an error, 0 leaves lists out silently. */
  mostListed: number;
  /** Strips the leading space, as some servers do. */
  trims: boolean;
  /** Answers in place of the model; null lets it answer. */
  instead: ((body: HostBody, response: ServerResponse) => boolean) | null;
  /** Headers of each answer. */
  headers: (body: HostBody) => Record<string, string>;
  delayMs: number;
}

export interface ModelHost {
  /** Base URL without /v1. */
  url: string;
  seen: HostBody[];
  quirks: Quirks;
  stop(): Promise<void>;
}

/** A server of OpenAI's API that answers one greedy token with real weights, on the processor. */
export async function startModelHost(weights: string, port = 0): Promise<ModelHost> {
  const names = ["config.json", "tokenizer.json", "tokenizer_config.json"];
  const files = await Promise.all(
    [...names.map((name) => join(DEMO, name)), weights].map(async (path) => {
      const name = path.split("/").at(-1) ?? path;
      return { path: `demo/${name}`, file: new Blob([await readFile(path)]) };
    }),
  );
  const { folder, tokenizer } = await openModel(files);
  const engine = await createEngine({ device: "cpu" });
  const model = await engine.load(folder.config, folder.weights, { trainable: { kind: "none" } });
  const seen: HostBody[] = [];
  const quirks: Quirks = {
    completions: true,
    chat: true,
    mostListed: 0,
    trims: false,
    instead: null,
    headers: () => ({}),
    delayMs: 0,
  };

  const answer = async (isChat: boolean, body: HostBody): Promise<object> => {
    const text = isChat ? (body.messages?.at(-1)?.content ?? "") : (body.prompt ?? "");
    const prompt = tokenizer.encode(text, { addSpecialTokens: true });
    const row = { sequence: 0, position: prompt.length - 1 };
    const logits = await model.logits([prompt], [row]);
    const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a]);
    const most = Math.max(...logits);
    const norm = most + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - most), 0));
    const before = tokenizer.decode(prompt, { skipSpecialTokens: true });
    const textOf = (id: number): string => {
      const all = tokenizer.decode([...prompt, id], { skipSpecialTokens: true });
      const own = all.slice(before.length);
      return quirks.trims ? own.trimStart() : own;
    };
    const asked = Number(isChat ? (body.top_logprobs ?? 0) : (body.logprobs ?? 0));
    const listed = order
      .slice(0, Math.min(asked, quirks.mostListed))
      .map((id) => ({ token: textOf(id), logprob: logits[id] - norm }));
    const said = textOf(order[0]);
    const logprobs =
      listed.length === 0
        ? null
        : isChat
          ? { content: [{ token: said, top_logprobs: listed }] }
          : { top_logprobs: [Object.fromEntries(listed.map((one) => [one.token, one.logprob]))] };
    const choice = isChat ? { message: { role: "assistant", content: said } } : { text: said };
    return { object: "x", choices: [{ index: 0, ...choice, logprobs, finish_reason: "length" }] };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { url = "" } = request;
    if (request.method === "GET" && url === "/v1/models") {
      send(response, 200, { object: "list", data: [{ id: "tale", object: "model" }] });
      return;
    }
    const isChat = url === "/v1/chat/completions";
    const isKnown = isChat ? quirks.chat : url === "/v1/completions" && quirks.completions;
    if (!isKnown) {
      send(response, 404, { error: { message: "no such route" } });
      return;
    }
    const body = v.parse(bodySchema, JSON.parse(Buffer.concat(chunks).toString()));
    seen.push(body);
    const asked = Number(isChat ? (body.top_logprobs ?? 0) : (body.logprobs ?? 0));
    if (quirks.mostListed > 0 && asked > quirks.mostListed) {
      send(response, 400, { error: { message: "too many logprobs" } });
      return;
    }
    if (quirks.instead?.(body, response) === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, quirks.delayMs);
    });
    send(response, 200, await answer(isChat, body), quirks.headers(body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    quirks,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      engine.dispose();
    },
  };
}

export function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
