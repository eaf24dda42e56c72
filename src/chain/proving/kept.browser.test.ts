import { afterEach, expect, test } from "vitest";
import { keyBytes, candidatesBytes, commit, leafOf } from "@/fingerprint/commitment.ts";
import { toHex } from "@/fingerprint/encoding.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import { forget, keptOf } from "@/storage/sealedStore.ts";
import { filingOf, newSalt, recommitted } from "./filing.ts";
import { forgetFiling, keepFiling, keptFilings } from "./keptFilings.ts";
import { FOR_CONTESTER, FOR_PROVERS } from "./rules.ts";
import { keptVote, makeVote, voteHashOf, type VoteName } from "./votes.ts";

const NETWORK = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const JUROR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const name: VoteName = { chainId: 31_337, jury: NETWORK, dispute: 3n, juror: JUROR };

afterEach(async () => {
  for (const { id } of await keptOf("filing")) await forget("filing", id);
  for (const { id } of await keptOf("vote")) await forget("vote", id);
});

test("filings are kept whole, once, until they are forgotten", async () => {
  const master = new Uint8Array(32).fill(7);
  const pair = {
    index: 0,
    mode: "loud" as const,
    text: "Once ✓",
    prompt: [1, 2],
    candidates: [5, 6],
    baseLogProbs: [-1, -2],
  };
  const tree = commit(master, [pair]);
  const filing = filingOf({
    chainId: 31_337,
    network: NETWORK,
    model: 1n,
    epoch: 0,
    root: tree.root,
    hostUrl: "https://host.example/v1",
    pair: {
      ...pair,
      salt: toHex(pairSalt(master, 0)),
      secret: toHex(pairSecret(master, 0)),
      proof: tree.proof(0),
    },
    evidenceHash: newSalt(),
    salt: newSalt(),
    createdAt: "2026-01-01T00:00:00.000Z",
  });
  expect(filing.leaf.keyHash).toBe(leafOf(pair, pairSalt(master, 0), pairSecret(master, 0))[1]);
  expect([filing.key, filing.candidates]).toEqual([
    toHex(keyBytes(pair)),
    toHex(candidatesBytes(pair)),
  ]);
  const id = await keepFiling(filing);
  expect(await keepFiling(filing)).toBe(id);
  const other = await keepFiling(recommitted(filing, newSalt()));
  expect(other).not.toBe(id);
  const kept = await keptFilings();
  expect(kept).toHaveLength(2);
  expect(kept.find((one) => one.id === id)?.filing).toEqual(filing);
  await forgetFiling(id);
  expect((await keptFilings()).map((one) => one.id)).toEqual([other]);
});

test("a vote is found by the hash that is on the chain, whatever was tried besides", async () => {
  const first = await makeVote(name, FOR_PROVERS);
  const second = await makeVote(name, FOR_CONTESTER);
  for (const [hash, choice] of [
    [first, FOR_PROVERS],
    [second, FOR_CONTESTER],
  ] as const) {
    const vote = await keptVote(name, hash);
    expect(vote?.choice).toBe(choice);
    expect(vote && voteHashOf(JUROR, 3n, choice, vote.salt)).toBe(hash);
  }
  expect(await keptVote({ ...name, dispute: 4n }, first)).toBeNull();
  expect(await keptVote({ ...name, juror: NETWORK }, first)).toBeNull();
});
