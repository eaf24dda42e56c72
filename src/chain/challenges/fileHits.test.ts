import { expect, test } from "vitest";
import { privateKeyToAccount } from "viem/accounts";
import { createChallenge, writeChallenge } from "@/fingerprint/challenge.ts";
import { makeToyBank } from "@/fingerprint/fixtures/toyBank.ts";
import { signReceipt, textHash } from "@/permission/receipt.ts";
import { checkFiling, keyTextOf } from "../proving/filing.ts";
import { filingsOf } from "./fileHits.ts";

const { bank } = await makeToyBank({ count: 8 }, { bound: true });
const { challenge } = createChallenge(bank, [1, 4, 6], {
  prover: "Hana",
  createdAt: "2026-05-06T07:08:09.000Z",
});
const network = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const host = privateKeyToAccount(`0x${"07".repeat(32)}`);
const findings = {
  challenge: writeChallenge(challenge),
  model: "7",
  epoch: 0,
  chainId: 31337,
  network,
  hostUrl: "https://grid.example/",
  transcriptHash: `0x${"ab".repeat(32)}`,
} as const;
const epoch = { root: bank.root, beacon: bank.beacon.value, count: 8, width: bank.manifest.width };

function receiptFor(text: string): Promise<string> {
  const receipt = {
    model: 7n,
    licence: 1n,
    callIndex: 1n,
    inputHash: textHash(text),
    outputHash: textHash("x"),
    time: 1n,
  };
  return signReceipt(receipt, { chainId: 31337, verifyingContract: network }, host);
}

test("filings are what the chain checks: pair, response, host and transcript", () => {
  const keys = [4, 1].map((index) => ({ index, receipt: null }));
  const made = filingsOf({ ...findings, keys }, challenge.createdAt);
  expect(made.map(({ index }) => index)).toEqual([4, 1]);
  expect(new Set(made.map(({ filing }) => filing.salt)).size).toBe(2);
  for (const { index, filing } of made) {
    const pair = bank.pairs[index];
    expect(checkFiling(filing, epoch)).toBe(pair.candidates[pair.responseIndex]);
    expect(keyTextOf(filing)).toBe(pair.text);
    expect(filing).toMatchObject({
      host: { url: "https://grid.example" },
      evidenceHash: findings.transcriptHash,
      receipt: null,
    });
  }
});

test("a receipt over the key goes along, and one over anything else is left out", async () => {
  const own = await receiptFor(bank.pairs[4].text);
  const stray = await receiptFor("something else");
  const keys = [
    { index: 4, receipt: own },
    { index: 1, receipt: stray },
    { index: 6, receipt: "omlr1.damaged" },
  ];
  const made = filingsOf({ ...findings, keys }, challenge.createdAt);
  expect(made.map(({ filing }) => filing.receipt)).toEqual([own, null, null]);
  expect(made.map(({ receiptLeftOut }) => receiptLeftOut)).toEqual([false, true, true]);
});

test("only pairs of the challenge are filed", () => {
  const keys = [{ index: 2, receipt: null }];
  expect(() => filingsOf({ ...findings, keys }, challenge.createdAt)).toThrow(RangeError);
});
