import { readFileSync } from "node:fs";
import { keccak256, stringToHex } from "viem";
import { describe, expect, test } from "vitest";
import { responseIndex } from "@/fingerprint/beacon.ts";
import { commit } from "@/fingerprint/commitment.ts";
import { fromHex, toHex } from "@/fingerprint/encoding.ts";
import type { RevealedPair } from "@/fingerprint/reveal.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import { encodeToken } from "@/permission/token.ts";
import { textHash } from "@/permission/receipt.ts";
import type { DemoBank } from "../market/makeDemoBanks.ts";
import {
  checkFiling,
  commitHashOf,
  filingId,
  filingOf,
  keyTextOf,
  newSalt,
  readFilings,
  receiptOf,
  recommitted,
  revealOf,
  writeFiling,
  type FilingInput,
} from "./filing.ts";
import { baseUrlOf, hostIdOf } from "./hostId.ts";

const banks: DemoBank[] = JSON.parse(readFileSync("src/chain/market/demoBanks.json", "utf8"));
const bank = banks[3];
const master = fromHex(bank.master, 32);
const tree = commit(master, bank.pairs);
const NETWORK = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const ADA = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const WORD = `0x${"5a".repeat(32)}` as const;
const BEACON = `0x${"17".repeat(32)}` as const;
const epoch = { root: bank.root, beacon: BEACON, count: 16, width: 16 };

function pairAt(index: number): RevealedPair {
  return {
    ...bank.pairs[index],
    prompt: [...bank.pairs[index].prompt],
    candidates: [...bank.pairs[index].candidates],
    baseLogProbs: [...bank.pairs[index].baseLogProbs],
    salt: toHex(pairSalt(master, index)),
    secret: toHex(pairSecret(master, index)),
    proof: tree.proof(index),
  };
}

const input = (index: number, more: Partial<FilingInput> = {}): FilingInput => ({
  chainId: 31_337,
  network: NETWORK,
  model: 4n,
  epoch: 0,
  root: bank.root,
  hostUrl: "http://127.0.0.1:8799/",
  pair: pairAt(index),
  evidenceHash: WORD,
  salt: `0x${"01".repeat(32)}`,
  createdAt: "2026-11-22T22:30:00.000Z",
  ...more,
});

describe("a host's base URL", () => {
  test("has one spelling", () => {
    expect(baseUrlOf(" HTTPS://Api.Example.ORG:443/v1/ ")).toBe("https://api.example.org/v1");
    expect(baseUrlOf("http://127.0.0.1:8799")).toBe("http://127.0.0.1:8799");
    expect(hostIdOf("https://api.example.org/v1/")).toBe(
      keccak256(stringToHex("https://api.example.org/v1")),
    );
  });

  test.each([
    "",
    "api.example.org",
    "ftp://a.b",
    "https://u@a.b",
    "https://a.b?x=1",
    "https://a.b#x",
  ])("%s is none", (url) => expect(() => baseUrlOf(url)).toThrow(/not the base URL/));
});

describe("a filing", () => {
  test("keeps the pair's parts as the contract reads them", () => {
    const filing = filingOf(input(5));
    expect(keyTextOf(filing)).toBe(bank.pairs[5].text);
    const at = responseIndex(pairSecret(master, 5), BEACON, bank.root, 5, 16);
    expect(checkFiling(filing, epoch)).toBe(bank.pairs[5].candidates[at]);
    expect(revealOf(filing)).toMatchObject({ model: 4n, epoch: 0, leaf: { index: 5n } });
    expect(filing.host).toEqual({
      url: "http://127.0.0.1:8799",
      id: keccak256(stringToHex("http://127.0.0.1:8799")),
    });
  });

  test("survives its file, alone or with others, under the same name", () => {
    const two = [filingOf(input(1)), filingOf(input(2))];
    expect(readFilings(writeFiling(two[0]))).toEqual([two[0]]);
    expect(readFilings(JSON.stringify(two))).toEqual(two);
    expect(filingId(two[0])).toBe(filingId(readFilings(writeFiling(two[0]))[0]));
    expect(filingId(two[0])).not.toBe(filingId(two[1]));
  });

  test("is refused when anything in it was changed", () => {
    const filing = filingOf(input(3));
    const other = filingOf(input(4));
    const tampered = [
      { ...filing, secret: other.secret },
      { ...filing, key: other.key },
      { ...filing, candidates: other.candidates },
      { ...filing, leaf: { ...filing.leaf, index: 4 } },
      { ...filing, proof: filing.proof.slice(1) },
    ];
    for (const one of tampered) expect(() => checkFiling(one, epoch)).toThrow(/does not fit/);
    expect(() => checkFiling(filing, { ...epoch, root: WORD })).toThrow(/does not fit/);
    expect(() => checkFiling(filing, { ...epoch, width: 8 })).toThrow(/does not fit/);
    expect(() => checkFiling(filing, { ...epoch, count: 3 })).toThrow(/does not fit/);
    expect(() => checkFiling(filing, { ...epoch, beacon: null })).toThrow(/does not fit/);
    expect(() => filingOf(input(3, { root: WORD }))).toThrow(/does not fit/);
  });

  test("of another format, host or range is not read", () => {
    const filing = filingOf(input(3));
    const bad: unknown[] = [
      "{",
      "[]",
      { ...filing, version: 2 },
      { ...filing, extra: 1 },
      { ...filing, model: "18446744073709551616" },
      { ...filing, host: { ...filing.host, url: "http://127.0.0.1:8798" } },
      { ...filing, salt: "0x01" },
      { ...filing, network: "0x12" },
    ];
    for (const one of bad) {
      const text = typeof one === "string" ? one : JSON.stringify(one);
      expect(() => readFilings(text)).toThrow(/not a valid filing/);
    }
  });

  test("commits to prover, salt and everything else", () => {
    const filing = filingOf(input(3));
    const first = commitHashOf(filing, ADA);
    const again = recommitted(filing, newSalt());
    const others = [
      commitHashOf(filing, NETWORK),
      commitHashOf(again, ADA),
      commitHashOf({ ...filing, chainId: 1 }, ADA),
      commitHashOf({ ...filing, epoch: 1 }, ADA),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    expect({ ...again, salt: filing.salt }).toEqual(filing);
  });

  test("takes the host's receipt for its own key and model only", () => {
    const receipt = (more: object) =>
      encodeToken("Receipt", {
        domain: { chainId: 31_337, verifyingContract: NETWORK },
        message: {
          model: 4n,
          licence: 0n,
          callIndex: 0n,
          inputHash: textHash(bank.pairs[3].text),
          outputHash: WORD,
          time: 1_800_000_000n,
          ...more,
        },
        signature: `0x${"11".repeat(65)}`,
      });
    const filing = filingOf(input(3, { receipt: receipt({}) }));
    expect(receiptOf(filing)?.message).toMatchObject({ model: 4n, time: 1_800_000_000n });
    expect(receiptOf(filingOf(input(3)))).toBeNull();
    expect(() => filingOf(input(3, { receipt: receipt({ model: 3n }) }))).toThrow(/does not fit/);
    expect(() => filingOf(input(4, { receipt: receipt({}) }))).toThrow(/does not fit/);
    expect(() => filingOf(input(3, { receipt: "omlr1.x" }))).toThrow(/not a valid filing/);
  });
});
