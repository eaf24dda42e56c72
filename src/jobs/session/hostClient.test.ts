import { afterEach, expect, test, vi } from "vitest";
import { REFUSALS } from "@/permission/refusal.ts";
import { hostClient } from "./hostClient.ts";

interface Asked {
  url: string;
  init: RequestInit | undefined;
}

let asked: Asked[] = [];

function answerWith(make: (url: string) => Response | Promise<Response>): void {
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    asked.push({ url, init });
    return make(url);
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  asked = [];
});

const client = (path = "/hosts/demo") => hostClient(path, "oml1.a.b", new AbortController().signal);
const json = (body: unknown, status = 200) => Response.json(body, { status });

test.each(Object.entries(REFUSALS))(
  "a refusal %s is told in our own words",
  async (code, texts) => {
    const [status, message, hint] = texts;
    const error = { code, message: "<b>whatever</b>", hint: "x", details: "the next call is 4" };
    answerWith(() => json({ error }, status));
    await expect(client().position()).rejects.toMatchObject({
      code,
      message,
      hint,
      details: "the next call is 4",
    });
  },
);

test("what is no refusal is told with the host's words apart, cut to size", async () => {
  const long = "y".repeat(5_000);
  answerWith(() => json({ error: { code: "cannot-meter", message: long } }, 400));
  const error: unknown = await client()
    .chat({}, "omlv1.a.b", () => {})
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "HOST_REFUSED", message: "The host refused the call." });
  expect(String(Reflect.get(Object(error), "details")).length).toBeLessThan(400);
  answerWith(() => new Response("The host does not answer\n", { status: 502 }));
  await expect(client().position()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  answerWith(() => Promise.reject(new TypeError("failed to fetch")));
  await expect(client().terms()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  answerWith(() => new Response("<p>page</p>"));
  await expect(client().position()).rejects.toMatchObject({ code: "HOST_REFUSED" });
  for (const state of [{}, { nextCall: "1" }, { nextCall: 1, chargedCumulativeAmount: 0 }]) {
    answerWith(() => json(state));
    await expect(client().position()).rejects.toMatchObject({ code: "HOST_REFUSED" });
  }
});

test("nothing but a host below the page's own origin is asked", () => {
  for (const path of [
    "https://elsewhere.example/hosts/demo",
    "//elsewhere.example/hosts/demo",
    "/hosts/demo/../../rpc",
    "/hosts/Demo",
    "/rpc",
    "",
  ]) {
    expect(() => client(path)).toThrow(expect.objectContaining({ code: "HOST_UNREACHABLE" }));
  }
  expect(asked).toEqual([]);
});

const stream = (...events: string[]) =>
  new Response(events.map((event) => `${event}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });
const delta = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`;

test("a stream's text, cost and receipt are read, and a broken one is said to be", async () => {
  answerWith(() =>
    stream(
      delta("Once "),
      delta("more"),
      "data: not json",
      "data: [DONE]",
      "event: oml.cost\ndata: 1170",
      "event: oml.receipt\ndata: omlr1.a.b",
    ),
  );
  const parts: string[] = [];
  const body = { stream: true };
  expect(await client().chat(body, "omlv1.a.b", (part) => parts.push(part))).toEqual({
    text: "Once more",
    cost: 1_170n,
    receipt: "omlr1.a.b",
  });
  expect(parts).toEqual(["Once ", "more"]);
  expect(asked[0]).toMatchObject({
    url: "/hosts/demo/v1/chat/completions",
    init: {
      method: "POST",
      redirect: "error",
      headers: { authorization: "Bearer oml1.a.b", "x-oml-voucher": "omlv1.a.b" },
    },
  });
  answerWith(() => stream(delta("Once ")));
  await expect(client().chat(body, "omlv1.a.b", () => {})).rejects.toMatchObject({
    code: "HOST_BROKE_OFF",
  });
});
