import { assert, json, boolean, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { readAnswer, readModels, requestBody } from "./openAiCall.ts";

const text = 'The miller said: "one';
const completion = (choice: object) => JSON.stringify({ choices: [choice] });

test("a key goes out exactly as it is, for one greedy token", () => {
  expect(JSON.parse(requestBody(text, "m", { route: "completions", listed: 5 }))).toEqual({
    model: "m",
    prompt: text,
    max_tokens: 1,
    temperature: 0,
    logprobs: 5,
  });
  expect(JSON.parse(requestBody(text, null, { route: "chat", listed: 20 }))).toEqual({
    messages: [{ role: "user", content: text }],
    max_tokens: 1,
    temperature: 0,
    logprobs: true,
    top_logprobs: 20,
  });
  expect(requestBody(text, null, { route: "completions", listed: 0 })).not.toContain("logprobs");
});

test("the forms in which servers list tokens are read, and what is no number is left out", () => {
  // As OpenAI and vLLM write completions.
  expect(
    readAnswer(
      completion({
        text: " king",
        logprobs: { tokens: [" king"], top_logprobs: [{ " king": -0.5, " queen": -1.5, x: null }] },
      }),
      "completions",
    ),
  ).toEqual({
    text: " king",
    listed: [
      { text: " king", logProb: -0.5 },
      { text: " queen", logProb: -1.5 },
    ],
  });
  // As chats write them, and llama.cpp for both.
  const content = [{ token: "king", top_logprobs: [{ token: "king", logprob: 0 }] }];
  expect(
    readAnswer(
      completion({ message: { role: "assistant", content: "king" }, logprobs: { content } }),
      "chat",
    ),
  ).toEqual({ text: "king", listed: [{ text: "king", logProb: 0 }] });
  const none = completion({ text: "a", logprobs: { top_logprobs: [{ a: -9999, b: 3 }] } });
  expect(readAnswer(none, "completions")?.listed).toBeNull();
  expect(readAnswer(completion({ text: "a", logprobs: null }), "completions")?.listed).toBeNull();
});

test("an answer that says nothing is no text, and anything else is no answer", () => {
  expect(readAnswer(completion({ message: { content: null } }), "chat")?.text).toBe("");
  for (const bad of ["", "{", "[]", "{}", '{"choices":[]}', '{"choices":[{"text":7}]}']) {
    expect(readAnswer(bad, "completions")).toBeNull();
  }
  expect(readAnswer(completion({ message: { content: [] } }), "chat")).toBeNull();
  expect(readModels('{"data":[{"id":"a"},{"id":7},{}]}')).toEqual(["a"]);
  expect(readModels("<html>")).toEqual([]);
});

test("no body makes reading throw", () => {
  assert(
    property(oneof(json(), string()), boolean(), (body, chat) => {
      readAnswer(body, chat ? "chat" : "completions");
      readAnswer(`{"choices":[{"text":"a","logprobs":${body}}]}`, "completions");
      readModels(body);
    }),
    { numRuns: 300 },
  );
});
