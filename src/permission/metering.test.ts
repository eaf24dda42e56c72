import { expect, test } from "vitest";
import { costOf, mostOf } from "./metering.ts";
import { readModelCall, UnmeterableCall } from "./openaiCall.ts";

const price = { perCall: 5n, perThousandInput: 3n, perThousandOutput: 7n };

test("A call costs its price and its tokens, rounded up once", () => {
  // 3·100 + 7·200 = 1,700 thousandths.
  expect(costOf(price, { inputTokens: 100n, outputTokens: 200n })).toBe(7n);
  expect(costOf(price, { inputTokens: 0n, outputTokens: 0n })).toBe(5n);
  expect(costOf(price, { inputTokens: 1n, outputTokens: 0n })).toBe(6n);
  expect(costOf(price, { inputTokens: 1_000n, outputTokens: 1_000n })).toBe(15n);
});

test("The most that it can cost counts every byte and what a template adds", () => {
  // 3·(100 + 16·3) + 7·50 = 794 thousandths.
  expect(mostOf(price, { inputBytes: 100, messages: 2, maxOutputTokens: 50 })).toBe(6n);
});

test("The user's text is the last message of the role user", () => {
  const messages = [
    { role: "system", content: "Be kind." },
    { role: "user", content: "One" },
    { role: "assistant", content: "Two" },
    {
      role: "user",
      content: [
        { type: "text", text: "Thr" },
        { type: "image_url", image_url: {} },
        { type: "text", text: "ée" },
      ],
    },
  ];
  expect(readModelCall("chat", { messages, max_tokens: 9, stream: true })).toMatchObject({
    inputText: "Thrée",
    messages: 4,
    maxOutputTokens: 9,
    isStream: true,
    wantsUsage: false,
  });
  expect(readModelCall("completion", { prompt: "é" })).toMatchObject({
    inputText: "é",
    inputBytes: 2,
    maxOutputTokens: null,
    isStream: false,
  });
});

test("Tools count as input", () => {
  const messages = [{ role: "user", content: "One" }];
  const bare = readModelCall("chat", { messages });
  const withTools = readModelCall("chat", { messages, tools: ["x".repeat(1_000)] });
  expect(withTools.inputBytes - bare.inputBytes).toBeGreaterThan(990);
});

test.each([
  ["chat", null],
  ["chat", { messages: "hello" }],
  ["chat", { messages: [{ role: "system", content: "x" }] }],
  ["chat", { messages: [{ role: "user", content: "x" }], n: 2 }],
  ["chat", { messages: [{ role: "user", content: "x" }], max_tokens: 0 }],
  ["chat", { messages: [{ role: "user", content: "x" }], max_completion_tokens: "9" }],
  ["completion", { prompt: ["a", "b"] }],
  ["completion", { prompt: "a", best_of: 3 }],
] as const)("%s %j cannot be metered", (kind, body) => {
  expect(() => readModelCall(kind, body)).toThrow(UnmeterableCall);
});
