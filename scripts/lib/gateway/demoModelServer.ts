import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createEngine } from "@/engine/engine.ts";
import { generate } from "@/engine/models/generate.ts";
import type { Engine, LoadedModel } from "@/engine/types.ts";
import { openModel } from "@/jobs/openModel.ts";
import { readModelCall, UnmeterableCall, type ModelCall } from "@/permission/openaiCall.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { HttpError, parseJson, readBody, sendJson } from "./http.ts";

const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const LIMITS = { maxBytes: 1024 * 1024, timeoutMs: 30_000 };
const DEFAULT_TOKENS = 64;

interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
}

export interface DemoModelServer {
  /** Base URL as OpenAI's clients take it, with /v1. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A small OpenAI-compatible server on the loopback address that continues texts with the demo model, on
 * the processor and one call after the other. The model is loaded by the first call.
 *
 * @param folder where the demo model's files are
 * @param onBody hears of each call's body
 */
export async function startDemoModelServer(
  folder: string,
  onBody: (body: unknown) => void = () => {},
): Promise<DemoModelServer> {
  let loading: Promise<Loaded> | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const load = () => {
    loading ??= loadModel(folder).catch((error: unknown) => {
      // The next call may try again.
      loading = null;
      throw error;
    });
    return loading;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === "GET" && request.url === "/v1/models") {
      sendJson(response, 200, { object: "list", data: [{ id: "demo", object: "model" }] });
      return;
    }
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      throw new HttpError(404, "no-such-path", "There is nothing here.");
    }
    const body = parseJson(await readBody(request, LIMITS));
    const call = callOf(body);
    onBody(body);
    const mine = turn.then(async () => answer(call, await load(), response));
    turn = mine.catch(() => {});
    await mine;
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  const stop = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await turn;
    (await loading)?.engine.dispose();
  };
  return { url: `http://127.0.0.1:${address.port}/v1`, stop };
}

async function loadModel(folder: string): Promise<Loaded> {
  const files = await Promise.all(
    FILES.map(async (path) => {
      const file = new File([await readFile(join(folder, path))], path);
      return { path: `demo/${path}`, file };
    }),
  );
  const opened = await openModel(files);
  const engine = await createEngine({ device: "cpu" });
  const { config, weights } = opened.folder;
  const model = await engine.load(config, weights, { trainable: { kind: "none" } });
  return { engine, model, tokenizer: opened.tokenizer };
}

function callOf(body: unknown): ModelCall {
  try {
    return readModelCall("chat", body);
  } catch (error) {
    if (error instanceof UnmeterableCall) throw new HttpError(400, "bad-request", error.message);
    throw error;
  }
}

/** Continues the user's last message; the demo model knows no conversations. */
async function answer(
  { inputText, isStream, wantsUsage, maxOutputTokens }: ModelCall,
  { model, tokenizer }: Loaded,
  response: ServerResponse,
): Promise<void> {
  const encoded = tokenizer.encode(inputText, { addSpecialTokens: true });
  const prompt = encoded.length > 0 ? encoded : tokenizer.eosIds.slice(0, 1);
  const base = { id: "chatcmpl-demo", created: Math.floor(Date.now() / 1_000), model: "demo" };
  const maxTokens = maxOutputTokens ?? DEFAULT_TOKENS;
  const abort = new AbortController();
  const leave = () => abort.abort();
  response.once("close", leave);
  const ids: number[] = [];
  let text = "";
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const chunk = (delta: object, reason: string | null = null) =>
    send({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
  if (isStream) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    chunk({ role: "assistant", content: "" });
  }
  try {
    await generate(model, [prompt], {
      maxTokens,
      eosIds: [...tokenizer.eosIds],
      signal: abort.signal,
      onToken: (_, id) => {
        ids.push(id);
        const now = tokenizer.decode(ids, { skipSpecialTokens: true });
        // Half a character is held back until its last byte has come.
        if (now.endsWith("\ufffd")) return;
        if (isStream) chunk({ content: now.slice(text.length) });
        text = now;
      },
    });
  } finally {
    response.off("close", leave);
  }
  const reason = ids.length >= maxTokens ? "length" : "stop";
  const counts = { prompt_tokens: prompt.length, completion_tokens: ids.length };
  const usage = { ...counts, total_tokens: prompt.length + ids.length };
  if (!isStream) {
    const message = { role: "assistant", content: text };
    const choices = [{ index: 0, message, finish_reason: reason }];
    sendJson(response, 200, { ...base, object: "chat.completion", choices, usage });
    return;
  }
  chunk({}, reason);
  if (wantsUsage) send({ ...base, object: "chat.completion.chunk", choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof HttpError;
  const message = known ? error.message : "The demo model could not answer.";
  const code = known ? error.code : "internal";
  sendJson(response, known ? error.status : 500, { error: { code, message, param: null } });
}
