import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createChatTemplate, pickTemplate } from "./chatTemplate.ts";
import type { ChatMessage } from "./chatTemplate.ts";

interface Chats {
  names: Record<string, string>;
  cases: {
    name: string;
    template: string;
    messages: ChatMessage[];
    prompt: boolean;
    text: string;
  }[];
}

// Made by scripts/oracle/make_text_goldens.py with transformers (and plain Jinja for the dated one).
const golden: Chats = JSON.parse(
  readFileSync(new URL("fixtures/chat.json", import.meta.url), "utf8"),
);

test.each(golden.cases)("$name, prompt $prompt", ({ template, messages, prompt, text }) => {
  const rendered = createChatTemplate(template).render(messages, {
    addGenerationPrompt: prompt,
    specialTokens: golden.names,
  });
  expect(rendered).toBe(text);
});

describe("errors", () => {
  test("a template that refuses passes on its reason", () => {
    const inst = golden.cases.find(({ name }) => name === "inst")?.template ?? "";
    const render = () =>
      createChatTemplate(inst).render([{ role: "assistant", content: "x" }], {
        addGenerationPrompt: false,
        specialTokens: golden.names,
      });
    expect(render).toThrow(
      expect.objectContaining({
        code: "TEMPLATE_FAILED",
        message: expect.stringContaining("must alternate"),
      }),
    );
  });

  test.each(["{% for %}", "{{ x ", "{% if true %}", "x".repeat(2 ** 20 + 1)])(
    "a broken template is named as such (case %#)",
    (source) => {
      expect(() => createChatTemplate(source)).toThrow(
        expect.objectContaining({ code: "TEMPLATE_FAILED" }),
      );
    },
  );
});

test.each([
  ["text", "text"],
  [
    [
      { name: "tool_use", template: "t" },
      { name: "default", template: "d" },
    ],
    "d",
  ],
  [{ default: "d", rag: "r" }, "d"],
  [[{ name: "tool_use", template: "t" }], null],
  [undefined, null],
  [7, null],
])("pickTemplate %j", (value, picked) => {
  expect(pickTemplate(value)).toBe(picked);
});
