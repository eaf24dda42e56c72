import { mnemonicToAccount } from "viem/accounts";
import { parseEther, zeroAddress } from "viem";
import type { Address, Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { signReceipt, textHash } from "@/permission/receipt.ts";
import { proverJuryAbi } from "../generated/proverJury.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { TEST_PHRASE } from "../market/demoCast.ts";
import { juryCalls, networkCalls } from "./calls.ts";
import {
  caseFiles,
  courtCredit,
  openActs,
  refusal,
  slashesOf,
  upheldAgainst,
  type CaseAct,
} from "./cases.ts";
import { keyTextOf, newSalt } from "./filing.ts";
import { filingStatus } from "./filingStatus.ts";
import {
  juryOutcome,
  refusedOutcome,
  rulingOf,
  slashOutcome,
  upheldOutcome,
  type CaseMoney,
} from "./payouts.ts";
import { FOR_CONTESTER, FOR_PROVERS, RULES, type Choice } from "./rules.ts";
import { DEMO_MODEL, openDemoCourt } from "./testing/demoCourt.ts";
import { voteHashOf } from "./votes.ts";

const [HOST, HANA, EMIL, FATMA, IVAN, JUNE, ADA] = [7, 8, 5, 6, 10, 11, 1];
const EVIDENCE: Hex = `0x${"c0".repeat(32)}`;

let court: Awaited<ReturnType<typeof openDemoCourt>>;
let calls: ReturnType<typeof networkCalls>;
let jury: ReturnType<typeof juryCalls>;
let back: () => Promise<void>;

beforeAll(async () => {
  court = await openDemoCourt();
  calls = networkCalls(court.addresses.contracts.provers);
  jury = juryCalls(court.addresses.contracts.jury);
  // Weights that do not divide the fee.
  const stakes: [number, string][] = [
    [EMIL, "0.3"],
    [FATMA, "0.7"],
    [IVAN, "0.11"],
    [JUNE, "0.1"],
    [ADA, "0.4"],
  ];
  for (const [index, amount] of stakes) {
    await court.act(court.who(index), calls.stake(parseEther(amount)));
  }
  // Jurors' stake must be older than the dispute.
  await court.pass(60);
}, 120_000);
beforeEach(async () => {
  back = await court.snapshot();
});
afterEach(() => back());
afterAll(() => court.close(), 60_000);

const network = () =>
  ({ address: court.addresses.contracts.provers, abi: proverNetworkAbi }) as const;
const bountyOf = (): Promise<readonly [bigint, number]> =>
  court.client.readContract({ ...network(), functionName: "bountyOf", args: [DEMO_MODEL] });

/** Two leaves of Hana and one of Emil. */
async function suspect(): Promise<bigint> {
  for (const [index, who] of [
    [0, HANA],
    [1, EMIL],
    [2, HANA],
  ]) {
    await court.show(court.who(who), court.filing(index));
  }
  const [file] = caseFiles(await court.state());
  expect(file.record.state).toBe("suspected");
  return file.record.id;
}

async function moneyOf(id: bigint): Promise<CaseMoney> {
  const [state, [bounty, rewardPpm], onChain] = await Promise.all([
    court.state(),
    bountyOf(),
    court.client.readContract({ ...network(), functionName: "caseOf", args: [id] }),
  ]);
  const file = caseFiles(state).find(({ record }) => record.id === id);
  if (file === undefined) throw new Error("no such case");
  expect(file.leaves).toHaveLength(onChain.leaves);
  expect(file.parties).toHaveLength(onChain.provers);
  expect([file.record.deadline, file.record.contester ?? zeroAddress]).toEqual([
    onChain.deadline,
    onChain.contester,
  ]);
  const { contester, escalator } = onChain;
  return {
    parties: file.parties,
    bounty,
    rewardPpm,
    contester: contester === zeroAddress ? null : contester,
    bond: onChain.bond,
    escalator: escalator === zeroAddress ? null : escalator,
    fee: onChain.fee,
    stakeOf: (prover) => state.stakes.get(prover)?.amount ?? 0n,
  };
}

/** Holds an outcome against what the network credited and took. */
async function expectOutcome(
  id: bigint,
  outcome: ReturnType<typeof upheldOutcome>,
  before: CaseMoney,
): Promise<void> {
  const state = await court.state();
  const file = caseFiles(state).find(({ record }) => record.id === id);
  const sums = new Map<Address, bigint>();
  for (const { by, account, amount } of file?.credits ?? []) {
    if (by === "provers") sums.set(account, (sums.get(account) ?? 0n) + amount);
  }
  expect(Object.fromEntries(sums)).toEqual(
    Object.fromEntries(outcome.credits.map(({ account, amount }) => [account, amount])),
  );
  expect(file?.losses.map(({ prover, amount }) => ({ account: prover, amount }))).toEqual(
    outcome.losses,
  );
  for (const { account } of outcome.credits) {
    expect(courtCredit(state, "provers", account)).toBe(
      await court.client.readContract({ ...network(), functionName: "creditOf", args: [account] }),
    );
  }
  const [bounty] = await bountyOf();
  expect(bounty - before.bounty).toBe(outcome.bounty);
}

async function actsOf(id: bigint): Promise<[CaseAct, boolean][]> {
  const file = caseFiles(await court.state()).find(({ record }) => record.id === id);
  if (file === undefined) throw new Error("no such case");
  return openActs(file, await court.now()).map(({ act, from }) => [act, from === null]);
}

test("the rules are those of the contracts", async () => {
  const { client, addresses } = court;
  const read = (functionName: string, address = addresses.contracts.provers): Promise<unknown> =>
    client.readContract({
      address,
      abi: [
        {
          type: "function",
          name: functionName,
          inputs: [],
          outputs: [{ type: "uint256" }],
          stateMutability: "view",
        },
      ],
      functionName,
    });
  const { jury: court2 } = addresses.contracts;
  expect({
    leastStake: await read("LEAST_STAKE"),
    falseCaseLoss: await read("FALSE_CASE_LOSS"),
    unstakeDelay: await read("UNSTAKE_DELAY"),
    hostExitDelay: await read("HOST_EXIT_DELAY"),
    revealBlocks: await read("REVEAL_BLOCKS"),
    leavesNeeded: Number(await read("LEAVES_NEEDED")),
    proversNeeded: Number(await read("PROVERS_NEEDED")),
    mostProvers: Number(await read("MOST_PROVERS")),
    gatheringTime: await read("GATHERING_TIME"),
    contestTime: await read("CONTEST_TIME"),
    escalationTime: await read("ESCALATION_TIME"),
    rulingTime: await read("RULING_TIME"),
    bond: await read("BOND"),
    juryFee: await read("FEE", court2),
    commitTime: await read("COMMIT_TIME", court2),
    revealTime: await read("REVEAL_TIME", court2),
    proverPpm: await read("PROVER_PPM"),
    silencePpm: await read("SILENCE_PPM", court2),
  }).toEqual(RULES);
});

test("an uncontested suspicion is upheld and paid by leaves", async () => {
  const id = await suspect();
  expect(await actsOf(id)).toEqual([
    ["show", true],
    ["contest", true],
    ["finalize", false],
  ]);
  const before = await moneyOf(id);
  await court.pass(Number(RULES.contestTime));
  expect(await actsOf(id)).toEqual([["finalize", true]]);
  await court.act(court.who(0), calls.finalize(id));
  const outcome = upheldOutcome(before);
  // A tenth of 2 ether, two thirds of it rounded down, and the rest.
  expect(outcome.credits.map(({ amount }) => amount)).toEqual([
    133_333_333_333_333_333n,
    66_666_666_666_666_667n,
  ]);
  await expectOutcome(id, outcome, before);
  const state = await court.state();
  const host = court.filing(0).host.id;
  expect(upheldAgainst(state, host)).toBe(
    await court.client.readContract({ ...network(), functionName: "upheldAgainst", args: [host] }),
  );

  // The next leaf opens another round, and the first keeps its own.
  await court.show(court.who(EMIL), court.filing(3));
  const files = caseFiles(await court.state());
  expect(files.map(({ record, leaves }) => [record.state, leaves.length])).toEqual([
    ["gathering", 1],
    ["upheld", 3],
  ]);
});

async function dispute(id: bigint, votes: [number, Choice, boolean][]): Promise<void> {
  await court.act(court.who(HOST), calls.contest(id, EVIDENCE, RULES.bond));
  expect(await actsOf(id)).toEqual([
    ["escalate", true],
    ["finalize", false],
  ]);
  await court.act(court.who(EMIL), calls.escalate(id, RULES.juryFee));
  expect((await actsOf(id)).map(([act]) => act)).toEqual(["vote", "execute", "finalize"]);
  const salts = votes.map(() => newSalt());
  for (const [i, [index, choice]] of votes.entries()) {
    const juror = court.who(index);
    const hash = voteHashOf(juror, 1n, choice, salts[i]);
    expect(hash).toBe(
      await court.client.readContract({
        address: court.addresses.contracts.jury,
        abi: proverJuryAbi,
        functionName: "voteHashOf",
        args: [juror, 1n, choice, salts[i]],
      }),
    );
    await court.act(juror, jury.vote(1n, hash));
  }
  await court.pass(Number(RULES.commitTime));
  for (const [i, [index, choice, shows]] of votes.entries()) {
    if (shows) await court.act(court.who(index), jury.revealVote(1n, choice, salts[i]));
  }
  await court.pass(Number(RULES.revealTime));
}

test("a jury for the provers: bond, bounty, fee and fines to the wei", async () => {
  const id = await suspect();
  await dispute(id, [
    [FATMA, FOR_PROVERS, true],
    [IVAN, FOR_CONTESTER, true],
    [JUNE, FOR_PROVERS, false],
    [ADA, FOR_PROVERS, true],
  ]);
  const before = await moneyOf(id);
  expect(before).toMatchObject({ bond: RULES.bond, fee: RULES.juryFee });
  await court.act(court.who(0), jury.execute(1n));
  const outcome = upheldOutcome(before);
  await expectOutcome(id, outcome, before);

  const { votes } = caseFiles(await court.state())[0];
  const ballots = votes.map(({ juror, weight, choice }) => ({ juror, weight, choice }));
  expect(rulingOf(ballots)).toBe(FOR_PROVERS);
  const settled = juryOutcome(ballots, FOR_PROVERS, RULES.juryFee);
  expect(settled.map(({ reward, fine }) => [reward, fine])).toEqual([
    // 0.05 · 0.7 / 1.1, rounded down, and what is left.
    [31_818_181_818_181_818n, 0n],
    [0n, 0n],
    [0n, 5_000_000_000_000_000n],
    [18_181_818_181_818_182n, 0n],
  ]);
  for (const { juror } of settled) await court.act(court.who(0), jury.settle(1n, juror));
  const state = await court.state();
  expect(
    caseFiles(state)[0].votes.map(({ juror, reward, fine }) => ({ juror, reward, fine })),
  ).toEqual(settled);
  expect(await actsOf(id)).toEqual([]);
});

test("a jury for the contester: each prover loses its part", async () => {
  const id = await suspect();
  await dispute(id, [[FATMA, FOR_CONTESTER, true]]);
  const before = await moneyOf(id);
  await court.act(court.who(0), jury.execute(1n));
  const outcome = refusedOutcome(before);
  expect(outcome).toEqual({
    credits: [{ account: court.who(HOST), amount: parseEther("0.25") }],
    losses: [HANA, EMIL].map((who) => ({ account: court.who(who), amount: parseEther("0.05") })),
    bounty: parseEther("0.05"),
  });
  await expectOutcome(id, outcome, before);
});

test("a receipt for an unpaid call costs half of the collateral", async () => {
  const { addresses, who } = court;
  const plain = court.filing(5);
  const host = mnemonicToAccount(TEST_PHRASE, { addressIndex: HOST });
  const receipt = await signReceipt(
    {
      model: DEMO_MODEL,
      licence: 99n,
      callIndex: 1n,
      inputHash: textHash(keyTextOf(plain)),
      outputHash: EVIDENCE,
      time: await court.now(),
    },
    { chainId: addresses.chainId, verifyingContract: addresses.contracts.channel },
    host,
  );
  const [bounty, ppm] = await bountyOf();
  const outcome = slashOutcome(parseEther("5"), bounty, ppm);
  expect(outcome).toEqual({
    slashed: parseEther("2.5"),
    toProver: parseEther("1"),
    reward: parseEther("0.2"),
    toModel: parseEther("1.5"),
    collateralLeft: parseEther("2.5"),
  });
  await court.show(who(HANA), court.filing(5, { receipt }));
  const state = await court.state();
  expect(slashesOf(state, who(HOST))).toMatchObject([
    { slashed: outcome.slashed, toProver: outcome.toProver, toModel: outcome.toModel },
  ]);
  expect(courtCredit(state, "provers", who(HANA))).toBe(outcome.toProver + outcome.reward);
  expect(state.hosts.get(who(HOST))?.collateral).toBe(outcome.collateralLeft);
  expect(caseFiles(state)).toEqual([]);
  // Class A and class B leaves of one host are kept apart.
  await court.show(who(HANA), court.filing(6));
  expect(caseFiles(await court.state())[0].leaves.map(({ index }) => index)).toEqual([6n]);
  const later = await court.state();
  expect([...later.leaves.values()].map(({ index, withReceipt }) => [index, withReceipt])).toEqual([
    [5n, true],
    [6n, false],
  ]);
});

test("a filing goes from commit to reveal, or is too late", async () => {
  const { addresses, client, who } = court;
  const filing = court.filing(9);
  const hana = who(HANA);
  const where = { chainId: addresses.chainId, network: addresses.contracts.provers };
  const step = async (account: Address = hana, later = 0n) => {
    const head = (await client.getBlockNumber({ cacheTime: 0 })) + later;
    return filingStatus(filing, await court.state(), { ...where, account, head });
  };
  expect(await step()).toEqual({ step: "commit" });
  await court.act(hana, calls.commit(filing, hana));
  expect(await step()).toMatchObject({ step: "wait" });
  expect(await step(who(EMIL))).toEqual({ step: "commit" });
  // Whoever copies the commit does not take its place.
  await court.act(who(EMIL), calls.commit(filing, hana));
  expect(await step()).toMatchObject({ step: "reveal", blocksLeft: RULES.revealBlocks - 1n });
  const { revealBlocks } = RULES;
  expect(await step(hana, revealBlocks - 2n)).toMatchObject({ step: "reveal", blocksLeft: 1n });
  expect(await step(hana, revealBlocks - 1n)).toMatchObject({ step: "late" });
  await court.act(hana, calls.reveal(filing));
  expect(await step()).toMatchObject({ step: "revealed" });
  expect(await step(who(EMIL))).toMatchObject({ step: "burnt" });
  expect(
    filingStatus(filing, await court.state(), { ...where, chainId: 1, account: hana, head: 0n }),
  ).toEqual({ step: "foreign" });
});

test("who may do what is what the contracts let pass", async () => {
  const id = await suspect();
  await court.act(court.who(HOST), calls.contest(id, EVIDENCE, RULES.bond));
  const state = await court.state();
  const [file] = caseFiles(state);
  const actor = (index: number) => {
    const account = court.who(index);
    const stake = state.stakes.get(account);
    return {
      account,
      hostAccount: court.who(HOST),
      freeStake: (stake?.amount ?? 0n) - (stake?.leaving ?? 0n),
      stakedSince: stake?.since ?? 0n,
    };
  };
  const { client } = court;
  for (const [act, call, index] of [
    ["escalate", calls.escalate(id, RULES.juryFee), HANA],
    ["escalate", calls.escalate(id, RULES.juryFee), FATMA],
  ] as const) {
    const passes = await client.call({ account: court.who(index), ...call }).then(
      () => true,
      () => false,
    );
    expect(refusal(file, act, actor(index)) === null).toBe(passes);
  }
  await court.act(court.who(HANA), calls.escalate(id, RULES.juryFee));
  await court.act(court.who(2), calls.stake(RULES.leastStake));
  const later = await court.state();
  const [open] = caseFiles(later);
  for (const index of [HOST, HANA, EMIL, FATMA, IVAN, 2, 3]) {
    const account = court.who(index);
    const stake = later.stakes.get(account);
    const asked = {
      account,
      hostAccount: court.who(HOST),
      freeStake: (stake?.amount ?? 0n) - (stake?.leaving ?? 0n),
      stakedSince: stake?.since ?? 0n,
    };
    const hash = voteHashOf(account, 1n, FOR_PROVERS, newSalt());
    const passes = await client.call({ account, ...jury.vote(1n, hash) }).then(
      () => true,
      () => false,
    );
    expect([index, refusal(open, "vote", asked) === null]).toEqual([index, passes]);
  }
});
