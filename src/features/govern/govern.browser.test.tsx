import { Tooltip } from "@base-ui/react/tooltip";
import axe from "axe-core";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { callsOf } from "@/chain/governance/calls.ts";
import { formOf } from "@/chain/governance/forms/forms.ts";
import { plainContext } from "@/chain/governance/fixtures/plainContext.ts";
import { phaseOf } from "@/chain/governance/proposalState.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import type { Proposal } from "@/chain/indexer/stateGovern.ts";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { DecodedCalls } from "./DecodedCalls.tsx";
import { FormFields } from "./FormFields.tsx";
import { ProposalTimeline } from "./ProposalTimeline.tsx";
import { TallyBars } from "./TallyBars.tsx";

const DAY = 86_400n;
const context = plainContext();
const STAMP = { block: 3n, timeSeconds: 1_000n, transaction: "0x" } as const;

let root: Root;
let host: HTMLElement;

beforeEach(() => {
  host = document.createElement("main");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(() => {
  root.unmount();
  host.remove();
});

async function render(node: ReactNode): Promise<void> {
  root.render(<Tooltip.Provider>{node}</Tooltip.Provider>);
  await settled();
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

async function seriousProblems(): Promise<string[]> {
  const { violations } = await axe.run(host);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id }) => id);
}

function uriProposal(changes: Partial<Proposal> = {}): Proposal {
  const read = formOf("uri")?.read(context, { uri: "https://example.org/<b>new</b>" });
  if (read?.ok !== true) throw new Error("not read");
  const [{ target, data }] = read.value;
  return {
    model: 7n,
    id: 9n,
    proposer: "0x0000000000000000000000000000000000000021",
    targets: [target],
    values: [0n],
    calldatas: [data],
    description: "",
    voteStart: 1_000n + DAY,
    voteEnd: 1_000n + 6n * DAY,
    created: STAMP,
    against: 50_000n,
    forIt: 40_000n,
    abstain: 10_000n,
    eta: null,
    queued: null,
    executed: null,
    cancelled: null,
    ...changes,
  };
}

function rowOf(proposal: Proposal, now: bigint): ProposalRow {
  const circumstances = { now, supply: 1_000_000n, supermajority: false };
  const { model } = context;
  return { proposal, model, circumstances, phase: phaseOf(proposal, circumstances) };
}

it("shows a call's text as text, its effect, and its bytes behind a disclosure", async () => {
  await render(<DecodedCalls context={context} calls={callsOf(uriProposal())} />);
  expect(host.querySelector("h3")?.textContent).toBe(
    "Says that the model is described at https://example.org/<b>new</b>.",
  );
  expect(host.querySelectorAll("b, a")).toHaveLength(0);
  expect(host.querySelector("[data-testid=effects]")?.textContent).toContain(
    "https://example.org/seven",
  );
  expect(host.querySelector("pre")).toBeNull();
  const [first, raw] = host.querySelectorAll("button");
  await userEvent.click(first);
  await userEvent.click(raw);
  await settled();
  expect(host.textContent).toContain("model 7, this one");
  expect(host.querySelector("pre")?.textContent).toBe(uriProposal().calldatas[0]);
  expect(await seriousProblems()).toEqual([]);
});

it("shows a call that it cannot read raw and at once, with a warning", async () => {
  const calls = [{ ...callsOf(uriProposal())[0], data: "0xdeadbeef" as const }];
  await render(<DecodedCalls context={context} calls={calls} />);
  expect(host.querySelector("[role=status]")?.textContent).toContain(
    "The contract has no such function.",
  );
  expect(host.querySelector("pre")?.textContent).toBe("0xdeadbeef");
});

it("tells votes by words and pattern, and what is missing", async () => {
  const now = 1_000n + 2n * DAY;
  await render(<TallyBars row={rowOf(uriProposal(), now)} />);
  expect(host.querySelector("[role=img]")?.getAttribute("aria-label")).toBe(
    "For 40,000 (40 %), Against 50,000 (50 %), Abstain 10,000 (10 %)",
  );
  expect(host.querySelector("[role=meter]")?.getAttribute("aria-valuetext")).toBe(
    "50,000 of 100,000",
  );
  // 40,000 and 50,000 more for it: the quorum of 100,000 with the 10,000 who abstain.
  expect(host.textContent).toContain("50,000 more votes for it would do.");
  const patterns = [...host.querySelectorAll("[role=img] > span")].map(
    (span) => getComputedStyle(span).backgroundImage,
  );
  expect(new Set(patterns).size).toBe(3);
  expect(await seriousProblems()).toEqual([]);
});

it("tells what comes next, and when a late quorum would end the vote", async () => {
  const end = 1_000n + 6n * DAY;
  await render(<ProposalTimeline row={rowOf(uriProposal(), end - 3_600n)} />);
  const next = host.querySelector("[data-testid=next-step]");
  expect(next?.textContent).toMatch(/^Voting ends in 1 h, /);
  expect(host.textContent).toContain(
    "If the quorum were reached now, the vote would go on until in 1 d",
  );
  await render(<ProposalTimeline row={rowOf(uriProposal(), end + 1n)} />);
  expect(next?.textContent).toBe("Nothing more can happen to it.");
  expect(host.textContent).toContain("Defeated");
});

it("says nothing against what a form began with until its field was left", async () => {
  const begun = { uri: "urn:signet:demo:demo" };
  const problems = { uri: "It is that already." };
  const fields = formOf("uri")?.fields(context, begun) ?? [];
  const form = { fields, begun, problems, onType: () => {} };
  await render(<FormFields {...form} draft={begun} />);
  expect(host.textContent).not.toContain(problems.uri);
  await userEvent.tab();
  await userEvent.tab();
  await settled();
  expect(host.textContent).toContain(problems.uri);
});

it("says at once what is wrong with what was typed", async () => {
  const begun = { uri: "urn:signet:demo:demo" };
  const problems = { uri: "At most 512 bytes." };
  const fields = formOf("uri")?.fields(context, begun) ?? [];
  const form = { fields, begun, problems, onType: () => {} };
  await render(<FormFields {...form} draft={{ uri: "urn:other" }} />);
  expect(host.textContent).toContain(problems.uri);
});
