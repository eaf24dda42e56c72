import {
  encodeFunctionData,
  getAddress,
  keccak256,
  numberToHex,
  parseEther,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import type { Address, Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explainChainError } from "../errors/explain.ts";
import { licenceTokenAbi } from "../generated/licenceToken.ts";
import { modelDaoAbi } from "../generated/modelDao.ts";
import { modelGovernorAbi } from "../generated/modelGovernor.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { modelTimelockAbi } from "../generated/modelTimelock.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import type { Proposal } from "../indexer/stateGovern.ts";
import { keyOf, NATIVE } from "../indexer/state.ts";
import { CONTRACTS, isAllowedCall } from "./allowed.ts";
import {
  activateCall,
  contentOf,
  delegateCall,
  proposalIdOf,
  proposeCall,
  stepCall,
  voteCall,
} from "./calls.ts";
import type { ProposalContent, Support } from "./calls.ts";
import type { ProposedCall } from "./context.ts";
import { decodeCall } from "./decode.ts";
import { effectsOf } from "./effects.ts";
import { powerOf } from "./delegation.ts";
import { DANA, DEMO, EMIL, FATMA, GovernedChain, VISITOR } from "./fixtures/governedChain.ts";
import { DRAFTS, fill, ROOT } from "./fixtures/drafts.ts";
import { FORMS, formOf } from "./forms/forms.ts";
import { phaseOf } from "./proposalState.ts";
import type { Phase } from "./proposalState.ts";
import * as settings from "./settings.ts";
import { issueLimits } from "./supply.ts";
import { quorumOf } from "./tally.ts";
import { extensionIfReached, isExtended, nextStep } from "./timeline.ts";
import { circumstancesOf, proposalRows, tasksOf, votesOn } from "./waiting.ts";

let chain: GovernedChain;
let governor: Address;
let shares: Address;

beforeAll(async () => {
  chain = await GovernedChain.start();
  const { model } = await chain.context();
  if (model.governor === null || model.shares === null) throw new Error("no DAO");
  ({ governor, shares } = { governor: model.governor, shares: model.shares });
}, 120_000);

afterAll(() => chain.stop(), 60_000);

const STATES: readonly (readonly Phase[])[] = [
  ["pending"],
  ["active"],
  ["cancelled"],
  ["defeated"],
  ["succeeded"],
  ["queued", "executable"],
  ["lapsed"],
  ["executed"],
];

async function proposal(content: ProposalContent): Promise<Proposal> {
  const { state } = await chain.context();
  const found = state.proposals.get(keyOf(DEMO, proposalIdOf(content)));
  if (found === undefined) throw new Error("not proposed");
  return found;
}

/** Where the proposal stands by our rules, once the governor was seen to say the same. */
async function phase(content: ProposalContent): Promise<Phase> {
  const { model, now, contracts } = await chain.context();
  const found = await proposal(content);
  const circumstances = circumstancesOf(contracts, model, found, now);
  const ours = phaseOf(found, circumstances);
  const theirs = await chain.client.readContract({
    address: governor,
    abi: modelGovernorAbi,
    functionName: "state",
    args: [found.id],
  });
  expect(STATES[theirs], `state ${theirs} at ${now}`).toContain(ours);
  const ready = await timelockSaysReady(found);
  expect(ours === "executable").toBe(ready);
  return ours;
}

async function timelockSaysReady(found: Proposal): Promise<boolean> {
  const { targets, values, calldatas, description } = found;
  const { model } = await chain.context();
  const timelock = { address: model.timelock ?? zeroAddress, abi: modelTimelockAbi } as const;
  const salt = (BigInt(governor) << 96n) ^ BigInt(keccak256(stringToHex(description)));
  const salted = numberToHex(salt, { size: 32 });
  const id = await chain.client.readContract({
    ...timelock,
    functionName: "hashOperationBatch",
    args: [targets, values, calldatas, zeroHash, salted],
  });
  return chain.client.readContract({ ...timelock, functionName: "isOperationReady", args: [id] });
}

async function propose(calls: readonly ProposedCall[], description: string) {
  const content = contentOf(calls, description);
  await chain.send(DANA, proposeCall(governor, content));
  return content;
}

const vote = (from: Address, content: ProposalContent, support: Support, reason = "") =>
  chain.send(from, voteCall(governor, proposalIdOf(content), support, reason));

/** The sentence that a refused call is explained with. */
async function refusal(from: Address, call: { to: Address; data: Hex }): Promise<string> {
  try {
    await chain.client.call({ account: from, ...call });
  } catch (error) {
    return explainChainError(error).message;
  }
  throw new Error("It was not refused");
}

test("the settings are those that the contracts were compiled with", async () => {
  const { model } = await chain.context();
  const read = { address: governor, abi: modelGovernorAbi } as const;
  const timelock = { address: model.timelock ?? zeroAddress, abi: modelTimelockAbi } as const;
  const ask = (functionName: "votingDelay" | "votingPeriod" | "proposalThreshold") =>
    chain.client.readContract({ ...read, functionName });
  expect(await ask("votingDelay")).toBe(settings.VOTING_DELAY);
  expect(await ask("votingPeriod")).toBe(settings.VOTING_PERIOD);
  expect(await ask("proposalThreshold")).toBe(settings.PROPOSAL_THRESHOLD);
  const extension = await chain.client.readContract({
    ...read,
    functionName: "lateQuorumVoteExtension",
  });
  expect(BigInt(extension)).toBe(settings.LATE_EXTENSION);
  expect(await chain.client.readContract({ ...timelock, functionName: "getMinDelay" })).toBe(
    settings.TIMELOCK_DELAY,
  );
  expect(await chain.client.readContract({ ...timelock, functionName: "GRACE" })).toBe(
    settings.EXECUTE_GRACE,
  );
});

test("what may be proposed is what the factory says, for forms and for anything else", async () => {
  const context = await chain.context();
  const { model, contracts } = context;
  const own = DRAFTS.flatMap(([key, draft]) => fill(context, key, draft));
  const data = (hex: string): Hex => `0x${hex}`;
  const word = (n: bigint): string => n.toString(16).padStart(64, "0");
  const odd: ProposedCall[] = [];
  for (const key of ["registry", "licences", "splitter", "provers"] as const) {
    for (const item of CONTRACTS[key].abi) {
      if (item.type !== "function") continue;
      const signature = `${item.name}(${item.inputs.map(({ type }) => type).join(",")})`;
      const selector = keccak256(stringToHex(signature)).slice(2, 10);
      odd.push({ target: contracts[key], value: 0n, data: data(selector + word(DEMO)) });
    }
  }
  const [first] = own;
  const issue = encodeFunctionData({
    abi: revenueSplitterAbi,
    functionName: "issueShares",
    args: [DEMO, getAddress(model.timelock ?? zeroAddress), 20_000n],
  });
  odd.push(
    { ...first, value: 1n },
    { ...first, target: VISITOR },
    { ...first, target: contracts.registry },
    { ...first, data: "0x" },
    { ...first, data: data(first.data.slice(2, 10) + word(3n)) },
    { ...first, data: data(first.data.slice(2, 10) + word(DEMO + (1n << 64n))) },
    { ...first, data: data(first.data.slice(2, 72)) },
    { target: contracts.splitter, value: 0n, data: issue },
    { target: contracts.splitter, value: 0n, data: data(issue.slice(2, 74)) },
  );
  const answers = new Set<string>();
  for (const call of [...own, ...odd]) {
    const [allowed, supermajority] = await chain.client.readContract({
      address: chain.contracts.dao,
      abi: modelDaoAbi,
      functionName: "isAllowedCall",
      args: [DEMO, call.target, call.value, call.data],
    });
    expect(isAllowedCall(contracts, model, call), call.data).toEqual({ allowed, supermajority });
    answers.add(`${allowed} ${supermajority}`);
  }
  expect(answers.size).toBe(3);
  expect(own.every((call) => isAllowedCall(contracts, model, call).allowed)).toBe(true);
});

test("a proposal of every form is taken, passes and does what its preview said", async () => {
  const context = await chain.context();
  const proposed = new Map<string, { content: ProposalContent; effects: string[] }>();
  for (const [place, [key, draft]] of DRAFTS.entries()) {
    const calls = fill(context, key, draft);
    for (const call of calls) {
      const decoded = decodeCall(context, call);
      expect(decoded.warnings, key).toEqual([]);
      expect(decoded.functionName, key).not.toBeNull();
    }
    const effects = calls.flatMap((call) => effectsOf(context, call).map(({ after }) => after));
    expect(effects.length, key).toBeGreaterThan(0);
    const content = await propose(calls, `${key} ${place}`);
    expect(await phase(content)).toBe("pending");
    proposed.set(`${key} ${place}`, { content, effects });
    const id = await chain.client.readContract({
      address: governor,
      abi: modelGovernorAbi,
      functionName: "hashProposal",
      args: [
        content.targets,
        content.values,
        content.calldatas,
        keccak256(stringToHex(content.description)),
      ],
    });
    expect(proposalIdOf(content)).toBe(id);
    const needed = await chain.client.readContract({
      address: governor,
      abi: modelGovernorAbi,
      functionName: "needsSupermajority",
      args: [id],
    });
    expect(needed).toBe(key === "improver");
  }
  const all = [...proposed.values()].map(({ content }) => content);
  const last = await proposal(all[all.length - 1]);
  await chain.moveTo(last.voteStart);
  expect(await phase(all[all.length - 1])).toBe("pending");
  expect(nextStep(last, { now: last.voteStart, supply: 1_000_000n, supermajority: false })).toEqual(
    { words: "Voting opens", at: last.voteStart + 1n },
  );
  await chain.moveTo(last.voteStart + 1n);
  expect(await phase(all[0])).toBe("active");
  for (const content of all) {
    await vote(DANA, content, "for", "Good.");
    await vote(EMIL, content, "against");
  }
  await chain.moveTo(last.voteEnd);
  expect(await phase(all[all.length - 1])).toBe("active");
  await chain.moveTo(last.voteEnd + 1n);
  for (const content of all) expect(await phase(content)).toBe("succeeded");
  for (const content of all) await chain.send(VISITOR, stepCall(governor, "queue", content));
  const queued = await proposal(all[all.length - 1]);
  expect(await phase(all[all.length - 1])).toBe("queued");
  expect(await refusal(VISITOR, stepCall(governor, "execute", all[0]))).toBe(
    "The operation is not ready, or was executed.",
  );
  await chain.moveTo(queued.eta ?? 0n);
  for (const content of all) expect(await phase(content)).toBe("executable");
  for (const content of all) await chain.send(VISITOR, stepCall(governor, "execute", content));
  for (const content of all) expect(await phase(content)).toBe("executed");

  const done = await chain.context();
  const { model } = done;
  for (const [name, { content, effects }] of proposed) {
    const before = content.targets.flatMap((target, place) =>
      effectsOf(done, { target, value: 0n, data: content.calldatas[place] }).map(
        (effect) => effect.before,
      ),
    );
    // What is added anew is not there to compare with: it is looked up below.
    const [key] = name.split(" ");
    if (["price", "sale", "uri", "approval"].includes(key)) expect(before, name).toEqual(effects);
  }
  const read = { address: chain.contracts.licences, abi: licenceTokenAbi } as const;
  expect(
    await chain.client.readContract({ ...read, functionName: "priceOf", args: [DEMO, 2, NATIVE] }),
  ).toEqual([parseEther("0.75"), true]);
  expect(
    await chain.client.readContract({ ...read, functionName: "priceOf", args: [DEMO, 1, NATIVE] }),
  ).toEqual([0n, false]);
  expect(
    await chain.client.readContract({ ...read, functionName: "saleOf", args: [DEMO, 2] }),
  ).toEqual([1, false]);
  expect(
    await chain.client.readContract({ ...read, functionName: "kindOf", args: [DEMO, 3, 2] }),
  ).toMatchObject({ duration: 60n * 86_400n, hostPpm: 355_000 });
  expect(
    await chain.client.readContract({ ...read, functionName: "kindOf", args: [DEMO, 4, 1] }),
  ).toMatchObject({ duration: 90n * 86_400n });
  expect(model).toMatchObject({
    uri: "https://example.org/demo",
    rewardPpm: 250_000,
    supply: 1_050_000n,
    terms: { derivativePpm: 75_000, approval: false, derivatives: true },
    issues: [{ to: VISITOR, amount: 50_000n, supplyBefore: 1_000_000n }],
  });
  expect(model.epochs[1]).toMatchObject({ root: ROOT, count: 12, width: 256 });
  expect(done.state.approvals.get(keyOf(DEMO, VISITOR))).toBe(true);
  expect(votesOn(done.state, last).map(({ voter }) => voter)).toEqual([EMIL, DANA]);
}, 120_000);

test("the year's limit on new shares is the splitter's, to the share", async () => {
  const context = await chain.context();
  // 200,000 of the first million, less the 50,000 issued above.
  const limits = issueLimits(context.model, context.now);
  expect(limits).toMatchObject({ least: 10_500n, most: 150_000n });
  const timelock = context.model.timelock ?? zeroAddress;
  await chain.ask("anvil_impersonateAccount", [timelock]);
  const issue = (amount: bigint) => ({
    to: chain.contracts.splitter,
    data: encodeFunctionData({
      abi: revenueSplitterAbi,
      functionName: "issueShares",
      args: [DEMO, VISITOR, amount],
    }),
  });
  for (const amount of [10_500n, 150_000n]) {
    await chain.client.call({ account: timelock, ...issue(amount) });
  }
  for (const amount of [10_499n, 150_001n]) {
    await expect(chain.client.call({ account: timelock, ...issue(amount) })).rejects.toThrow();
  }
  expect(formOf("improver")?.read(context, { account: EMIL, shares: "150001" })).toEqual({
    ok: false,
    problems: { shares: "At most 150,000 this year." },
  });
  // A year after the issue, a fifth of the then 1,050,000 again.
  expect(issueLimits(context.model, (limits.moreAt ?? 0n) - 1n).most).toBe(150_000n);
  expect(issueLimits(context.model, limits.moreAt ?? 0n)).toEqual({
    least: 10_500n,
    most: 210_000n,
    moreAt: null,
  });
});

test("a late quorum extends the vote, and two thirds are needed for new shares", async () => {
  const context = await chain.context();
  const content = await propose(
    fill(context, "improver", { account: EMIL, shares: "20000" }),
    "late",
  );
  const other = await propose(fill(context, "uri", { uri: "https://example.org/b" }), "early");
  const found = await proposal(content);
  await chain.moveTo(found.voteStart + 1n);
  // 100,000 of 1,050,000 are 5,000 below the quorum.
  await vote(FATMA, content, "for");
  await vote(DANA, other, "abstain");
  const late = found.voteEnd - 3_600n;
  await chain.moveTo(late);
  const { model, now, contracts } = await chain.context();
  const circumstances = circumstancesOf(contracts, model, found, now);
  expect(circumstances).toMatchObject({ supply: 1_050_000n, supermajority: true });
  expect(
    await chain.client.readContract({
      address: governor,
      abi: modelGovernorAbi,
      functionName: "quorum",
      args: [found.voteStart],
    }),
  ).toBe(quorumOf(circumstances.supply));
  expect(extensionIfReached(await proposal(content), circumstances)).toBe(late + 86_400n);
  await chain.ask("evm_setNextBlockTimestamp", [Number(late + 10n)]);
  await vote(VISITOR, content, "against", "Too many.");
  // 100,000 for and 50,000 against are just two thirds; the quorum still lacks 5,000.
  expect(isExtended(await proposal(content))).toBe(false);
  await chain.ask("evm_setNextBlockTimestamp", [Number(late + 20n)]);
  await vote(EMIL, content, "for");
  expect((await proposal(content)).voteEnd).toBe(late + 20n + 86_400n);
  expect(isExtended(await proposal(content))).toBe(true);
  expect(await refusal(EMIL, voteCall(governor, found.id, "for", ""))).toBe(
    "You voted on this proposal before.",
  );
  await chain.moveTo((await proposal(other)).voteEnd + 1n);
  // Abstentions reach the quorum and decide nothing.
  expect(await phase(other)).toBe("defeated");
  expect(await phase(content)).toBe("active");
  await chain.moveTo(late + 20n + 86_401n);
  expect(await phase(content)).toBe("succeeded");
  await chain.moveTo(late + 20n + 86_400n + settings.QUEUE_GRACE);
  expect(await phase(content)).toBe("succeeded");
  await chain.moveTo(late + 20n + 86_401n + settings.QUEUE_GRACE);
  expect(await phase(content)).toBe("lapsed");
}, 60_000);

test("the proposer cancels early, nobody executes too late", async () => {
  const context = await chain.context();
  const gone = await propose(fill(context, "reward", { percent: "5" }), "gone");
  expect(await refusal(EMIL, stepCall(governor, "cancel", gone))).toBe(
    "You may not cancel this proposal.",
  );
  await chain.send(DANA, stepCall(governor, "cancel", gone));
  expect(await phase(gone)).toBe("cancelled");
  const late = await propose(fill(context, "reward", { percent: "6" }), "late reward");
  const { voteStart, voteEnd } = await proposal(late);
  await chain.moveTo(voteStart + 1n);
  await vote(DANA, late, "for");
  await chain.moveTo(voteEnd + 1n);
  await chain.send(VISITOR, stepCall(governor, "queue", late));
  const { eta } = await proposal(late);
  await chain.moveTo((eta ?? 0n) + settings.EXECUTE_GRACE);
  expect(await phase(late)).toBe("executable");
  const { state, contracts, now } = await chain.context();
  const rows = proposalRows(state, contracts, now, DEMO);
  expect(tasksOf(state, rows, EMIL).map(({ task }) => task)).toEqual(["execute"]);
  await chain.moveTo((eta ?? 0n) + settings.EXECUTE_GRACE + 1n);
  expect(await phase(late)).toBe("lapsed");
}, 60_000);

test("votes follow delegation, as the share token counts them", async () => {
  const check = async (): Promise<void> => {
    const { state } = await chain.context();
    for (const account of [DANA, EMIL, FATMA, VISITOR]) {
      const read = { address: shares, abi: modelSharesAbi } as const;
      const { votes, delegate } = powerOf(state, DEMO, account);
      expect(votes).toBe(
        await chain.client.readContract({ ...read, functionName: "getVotes", args: [account] }),
      );
      expect(delegate ?? zeroAddress).toBe(
        await chain.client.readContract({ ...read, functionName: "delegates", args: [account] }),
      );
    }
  };
  await chain.send(FATMA, delegateCall(shares, EMIL));
  await check();
  const { state } = await chain.context();
  expect(powerOf(state, DEMO, EMIL)).toMatchObject({
    shares: 200_000n,
    votes: 300_000n,
    delegators: [{ holder: FATMA, balance: 100_000n }],
  });
  await chain.send(FATMA, delegateCall(shares, zeroAddress));
  await check();
  await chain.send(FATMA, delegateCall(shares, FATMA));
  await check();
});

test("an epoch that was added by a vote is released by one", async () => {
  const { registry } = chain.contracts;
  await chain.mine(9);
  const data = encodeFunctionData({
    abi: modelRegistryAbi,
    functionName: "sealBeacon",
    args: [DEMO, 1],
  });
  const unsealed = await chain.context();
  expect(formOf("release")?.blocked(unsealed)).toMatch(/No epoch waits/);
  const [again] = fill(unsealed, "recommit", {});
  expect(isAllowedCall(chain.contracts, unsealed.model, again).allowed).toBe(true);
  expect(decodeCall(unsealed, again).sentence).toBe("Draws a new beacon for epoch 1.");
  expect(effectsOf(unsealed, again)).toEqual([
    { label: "Draws of epoch 1", before: "1", after: "2" },
  ]);
  await chain.send(VISITOR, { to: registry, data });
  const context = await chain.context();
  expect(context.model.epochs[1].sealed).not.toBeNull();
  expect(formOf("recommit")?.blocked(context)).toBe("The beacon of every epoch is sealed.");
  const weights = keccak256("0x03");
  const content = await propose(fill(context, "release", { weightsHash: weights }), "release");
  const { voteStart, voteEnd } = await proposal(content);
  await chain.moveTo(voteStart + 1n);
  await vote(DANA, content, "for");
  await chain.moveTo(voteEnd + 1n);
  await chain.send(VISITOR, stepCall(governor, "queue", content));
  await chain.moveTo((await proposal(content)).eta ?? 0n);
  await chain.send(VISITOR, stepCall(governor, "execute", content));
  const { model } = await chain.context();
  expect(model.epochs[1].weightsHash).toBe(weights);
  // Left as they were, text and address are kept.
  expect(model.terms).toEqual(context.model.terms);
  expect(model.uri).toBe(context.model.uri);
}, 60_000);

test("an owner activates a DAO with two holders", async () => {
  const { model } = await chain.context(1n);
  const ada = model.owner;
  expect(await refusal(ada, activateCall(chain.contracts.dao, 1n, [ada, EMIL]))).toBe(
    "A DAO needs two different holders of shares.",
  );
  const transfer = encodeFunctionData({
    abi: modelSharesAbi,
    functionName: "transfer",
    args: [EMIL, 1n],
  });
  await chain.send(ada, { to: model.shares ?? zeroAddress, data: transfer });
  await chain.send(ada, activateCall(chain.contracts.dao, 1n, [ada, EMIL]));
  const after = await chain.context(1n);
  expect(after.model.owner).toBe(after.model.timelock);
  expect(FORMS.filter((form) => form.blocked(after) === null).map(({ key }) => key)).toEqual([
    "price",
    "sale",
    "kind",
    "terms",
    "improver",
    "reward",
    "uri",
    "epoch",
    "approval",
  ]);
});
