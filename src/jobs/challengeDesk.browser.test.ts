import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf } from "@/fingerprint/fixtures/thrown.ts";
import { makeToyBank } from "@/fingerprint/fixtures/toyBank.ts";
import { createIdentity, recipientOf } from "@/fingerprint/prover/identity.ts";
import { openSealedChallenge } from "@/fingerprint/prover/sealedChallenge.ts";
import { createVaultKey, openVault, writeVault } from "@/fingerprint/vault.ts";
import { deleteRunDirectory, openRunDirectory } from "@/storage/runDirectory.ts";
import { forget } from "@/storage/sealedStore.ts";
import { ChallengeDesk, openChallengeFile } from "./challengeDesk.ts";
import { forgetIdentity, importOwnIdentity, makeIdentity, ownRecipient } from "./proverIdentity.ts";

const PASSPHRASE = "seven calm otters";
const cost = { memoryKib: 64, passes: 1, lanes: 1 };
const { bank } = await makeToyBank({ count: 8 });
const key = await createVaultKey(PASSPHRASE, { cost });
const file = new Blob([await writeVault(bank, key)]);
const identity = await createIdentity();
const recipient = await recipientOf(identity);
const hana = { prover: "Hana", recipient, alsoBurnt: [] };
const { signal } = new AbortController();
const RUN = "test-challenge-desk";

beforeEach(async () => {
  await (await openRunDirectory(RUN)).write("out/bank.signet", file);
});
afterEach(async () => {
  await deleteRunDirectory(RUN);
  await forget("burn-log", bank.root);
  await forgetIdentity();
});

async function onDisc() {
  const stored = await (await openRunDirectory(RUN)).read("out/bank.signet");
  return openVault(new Uint8Array(await stored.arrayBuffer()), PASSPHRASE);
}

test("what the page gets of a bank holds no key and no secret", async () => {
  const desk = new ChallengeDesk();
  const sheet = await desk.open({ file }, PASSPHRASE, null, signal);
  expect(sheet.pairs).toHaveLength(8);
  const text = JSON.stringify(sheet);
  for (const pair of bank.pairs) expect(text).not.toContain(pair.text);
  expect(await codeOf(() => new ChallengeDesk().burn({ ...hana, count: 1 }, signal))).toBe(
    "BANK_NOT_OPEN",
  );
  expect(await codeOf(() => desk.open({ file }, "wrong", null, signal))).toBe("PASSPHRASE_WRONG");
});

test("a file's package is made from nothing but the file that was saved with its burn", async () => {
  const desk = new ChallengeDesk();
  await desk.open({ file }, PASSPHRASE, null, signal);
  const { bank: rewritten, saved, entry, sheet } = await desk.burn({ ...hana, count: 3 }, signal);
  expect(saved).toBe(false);
  expect(sheet.pairs.filter(({ burnt }) => burnt !== null)).toHaveLength(3);
  expect(await codeOf(() => desk.pack(entry, recipient, null))).toBe("BANK_NOT_SAVED");
  expect(await codeOf(() => desk.pack(entry, recipient, file))).toBe("BANK_NOT_SAVED");
  const other = await recipientOf(await createIdentity());
  expect(await codeOf(() => desk.pack(entry, other, rewritten))).toBe("BANK_NOT_SAVED");
  const { text, pairs } = await desk.pack(entry, recipient, rewritten);
  expect(pairs).toBe(3);
  const { challenge } = await openSealedChallenge(text, identity);
  expect(challenge.prover).toBe(`Hana <${recipient}>`);
  // The next prover gets others.
  const next = await desk.burn({ ...hana, count: 5 }, signal);
  expect(new Set(next.sheet.pairs.map(({ burnt }) => burnt !== null))).toEqual(new Set([true]));
  expect(await codeOf(() => desk.burn({ ...hana, count: 1 }, signal))).toBe("PAIRS_TOO_FEW");
});

test("a run's bank is saved before its package, and a save that fails burns nothing", async () => {
  const desk = new ChallengeDesk();
  await desk.open({ runId: RUN }, PASSPHRASE, null, signal);
  const stopped = AbortSignal.abort();
  await expect(desk.burn({ ...hana, count: 2 }, stopped)).rejects.toThrow();
  expect((await onDisc()).burns).toEqual([]);
  expect(await codeOf(() => desk.pack(0, recipient, null))).toBe("BANK_NOT_SAVED");
  const { saved, entry } = await desk.burn({ ...hana, count: 2 }, signal);
  expect(saved).toBe(true);
  const { burns } = await onDisc();
  expect(burns).toHaveLength(1);
  const { text } = await desk.pack(entry, recipient, null);
  const { challenge } = await openSealedChallenge(text, identity);
  expect(challenge.pairs.map(({ index }) => index)).toEqual(burns[0].pairs);
});

test("an older copy of the file does not spend again what became a package here", async () => {
  const desk = new ChallengeDesk();
  await desk.open({ file }, PASSPHRASE, null, signal);
  const given = await desk.burn({ ...hana, count: 3 }, signal);
  // Not saved, so nobody saw the pairs.
  expect((await desk.open({ file }, PASSPHRASE, null, signal)).isOlder).toBe(false);
  const { bank: rewritten, entry } = await desk.burn({ ...hana, count: 3 }, signal);
  await desk.pack(entry, recipient, rewritten);
  const again = await desk.open({ file }, PASSPHRASE, null, signal);
  expect(again.isOlder).toBe(true);
  expect(again.pairs.filter(({ burnt }) => burnt !== null)).toHaveLength(3);
  expect(given.entry).toBe(0);
  const next = await desk.burn({ ...hana, count: 5 }, signal);
  expect(await desk.pack(next.entry, recipient, next.bank)).toMatchObject({ pairs: 5 });
});

test("two burns at once, of two tabs, both stay in the log and share no pair", async () => {
  const desks = [new ChallengeDesk(), new ChallengeDesk()];
  for (const desk of desks) await desk.open({ runId: RUN }, PASSPHRASE, null, signal);
  await Promise.all(desks.map((desk) => desk.burn({ ...hana, count: 3 }, signal)));
  const { burns } = await onDisc();
  expect(burns).toHaveLength(2);
  expect(new Set(burns.flatMap(({ pairs }) => pairs)).size).toBe(6);
});

test("an identity is kept, opens its packages, and is not overwritten", async () => {
  expect(await ownRecipient()).toBeNull();
  expect(await codeOf(() => openChallengeFile(new Blob(["x"]), null))).toBe("NO_IDENTITY");
  const own = await makeIdentity();
  expect(await ownRecipient()).toBe(own);
  expect(await codeOf(makeIdentity)).toBe("IDENTITY_EXISTS");
  expect(await codeOf(() => importOwnIdentity("x", "y"))).toBe("IDENTITY_EXISTS");
  const desk = new ChallengeDesk();
  await desk.open({ runId: RUN }, PASSPHRASE, null, signal);
  const { entry } = await desk.burn({ ...hana, recipient: own, count: 2 }, signal);
  const { text } = await desk.pack(entry, own, null);
  const opened = await openChallengeFile(new Blob([text]), null);
  expect(opened).toMatchObject({ pairsInBank: 8, bound: false, check: null });
  expect(opened.pairs).toHaveLength(2);
  await forgetIdentity();
  await makeIdentity();
  expect(await codeOf(() => openChallengeFile(new Blob([text]), null))).toBe("CHALLENGE_NOT_YOURS");
});
