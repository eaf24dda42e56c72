import { assert, asyncProperty, uint8Array } from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Bank } from "./bank.ts";
import { bankFromJson, bankToJson, requireSealed } from "./bankFile.ts";
import { burn, unburntPairs } from "./burnLog.ts";
import { codeOf } from "./fixtures/thrown.ts";
import { makeToyBank } from "./fixtures/toyBank.ts";
import {
  createVaultKey,
  openVault,
  readVault,
  unlockVault,
  writeVault,
  type VaultKey,
} from "./vault.ts";
import { HEADER_BYTES, readHeader } from "./vaultHeader.ts";

// The least that Argon2 allows, so that the tests are about the format and not about waiting.
const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 };
let bank: Bank;
let key: VaultKey;
let file: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  ({ bank } = await makeToyBank({ count: 3, nearMisses: 1 }));
  key = await createVaultKey("correct horse", { cost: CHEAP });
  file = await writeVault(bank, key);
});

test("a vault opens with its passphrase and gives the same bank", async () => {
  expect(await openVault(file, "correct horse")).toEqual(bank);
  expect(Buffer.from(file).includes(bank.pairs[0].text)).toBe(false);
  // Decomposed and composed spellings of one passphrase are the same.
  const accented = await createVaultKey("caf\u00e9", { cost: CHEAP });
  expect(await openVault(await writeVault(bank, accented), "cafe\u0301")).toEqual(bank);
});

test("the default cost is that of RFC 9106 and works", async () => {
  const strong = await createVaultKey("a sentence only I know");
  const made = await writeVault(bank, strong);
  expect(readHeader(made).cost).toEqual({ memoryKib: 65_536, passes: 3, lanes: 4 });
  expect(await openVault(made, "a sentence only I know")).toEqual(bank);
});

test("a wrong or empty passphrase is its own error", async () => {
  await expect(openVault(file, "correct Horse")).rejects.toMatchObject({
    code: "PASSPHRASE_WRONG",
  });
  await expect(openVault(file, "")).rejects.toMatchObject({ code: "PASSPHRASE_MISSING" });
  await expect(createVaultKey("")).rejects.toMatchObject({ code: "PASSPHRASE_MISSING" });
});

test("flipping any bit of any byte is found, with the part that is damaged named", async () => {
  for (let at = 0; at < file.length; at++) {
    const bad = Uint8Array.from(file);
    bad[at] ^= 1 << (at & 7);
    const codes =
      at < 8
        ? ["VAULT_NOT_RECOGNISED"]
        : at === 8
          ? ["VAULT_VERSION"]
          : at < HEADER_BYTES
            ? ["VAULT_HEADER_DAMAGED"]
            : ["VAULT_TAMPERED"];
    expect(codes, `byte ${at}`).toContain(await codeOf(() => readVault(bad, key)));
  }
});

test("a damaged header with a repaired checksum still fails: the body is bound to it", async () => {
  const { sha256 } = await import("@noble/hashes/sha2.js");
  for (const at of [10, 12, 28, 50, 70]) {
    const bad = Uint8Array.from(file);
    bad[at] ^= 1;
    bad.set(sha256(bad.subarray(0, 84)).subarray(0, 4), 84);
    const code = at === 70 ? "PASSPHRASE_WRONG" : "VAULT_TAMPERED";
    await expect(readVault(bad, key)).rejects.toMatchObject({ code });
  }
});

test("cut, empty and foreign files are told apart", async () => {
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "VAULT_NOT_RECOGNISED"],
    [new TextEncoder().encode('{"format":"signet-bank"}'), "VAULT_NOT_RECOGNISED"],
    [file.subarray(0, 40), "VAULT_TRUNCATED"],
    [file.subarray(0, file.length - 1), "VAULT_TRUNCATED"],
    [Uint8Array.from([...file, 0]), "VAULT_TRUNCATED"],
  ];
  for (const [bytes, code] of cases) {
    await expect(unlockVault(bytes, "correct horse")).rejects.toMatchObject({ code });
  }
});

test("the header parser never fails but with its own errors", async () => {
  const codes =
    /^(nothing thrown|VAULT_NOT_RECOGNISED|VAULT_VERSION|VAULT_TRUNCATED|VAULT_HEADER_DAMAGED)$/u;
  await assert(
    asyncProperty(
      uint8Array({ maxLength: 200 }),
      uint8Array({ maxLength: 90 }),
      async (noise, patch) => {
        for (const bytes of [noise, Uint8Array.from([...patch, ...file.subarray(patch.length)])]) {
          expect(await codeOf(() => readHeader(bytes))).toMatch(codes);
        }
      },
    ),
    { numRuns: 300, seed: 2 },
  );
});

test("a bank that was edited contradicts its root", async () => {
  const json = bankToJson(bank);
  const edits: [from: string | RegExp, to: string, code: string][] = [
    [/"candidates":\[(\d)/u, '"candidates":[9$1', "BANK_TAMPERED"],
    [JSON.stringify(bank.pairs[0].text), '"other"', "BANK_TAMPERED"],
    [/"baseLogProbs":\[-/u, '"baseLogProbs":[-1', "BANK_TAMPERED"],
    [/"mode":"quiet"/u, '"mode":"loud"', "BANK_TAMPERED"],
    ['"pairs":3', '"pairs":4', "BANK_TAMPERED"],
    ['"width":8', '"width":16', "BANK_TAMPERED"],
    ['"tokenizerHash":"', '"tokenizerHash":"x', "BANK_TAMPERED"],
    [bank.beacon.value, `0x${"00".repeat(32)}`, "BANK_TAMPERED"],
    [bank.root, `0x${"00".repeat(32)}`, "BANK_TAMPERED"],
    [/"master":"0x../u, '"master":"0xff', "BANK_TAMPERED"],
    [/"candidates":\[/u, '"candidates":["a",', "BANK_INVALID"],
    [bank.root, "0x1", "BANK_INVALID"],
    ['"format":', '"surprise":1,"format":', "BANK_INVALID"],
    ["{", "", "BANK_INVALID"],
    [/^.*$/u, "[]", "BANK_INVALID"],
  ];
  for (const [from, to, code] of edits) {
    const edited = json.replace(from, to);
    expect(edited).not.toBe(json);
    expect(await codeOf(() => bankFromJson(edited)), String(from)).toBe(code);
  }
});

test("older banks are migrated step by step, newer ones are refused", () => {
  const current = bankToJson(bank);
  const json = current
    .replace('"modelName":"toy"', '"name":"toy"')
    .replace('"version":1', '"version":0');
  const migrated = bankFromJson(json, {
    0: ({ name, ...rest }) => ({ ...rest, modelName: name }),
  });
  expect(migrated).toEqual(bank);
  const version = expect.objectContaining({ code: "BANK_VERSION" });
  expect(() => bankFromJson(json)).toThrow(version);
  expect(() => bankFromJson(current.replace('"version":1', '"version":2'))).toThrow(version);
});

test("the burn log grows and tells what is left", async () => {
  const entry = {
    pairs: [2, 0],
    shownTo: "prover 1",
    at: "2026-02-03T00:00:00.000Z",
    purpose: "challenge",
  } as const;
  const burnt = burn(bank, { ...entry, pairs: [...entry.pairs] });
  expect(unburntPairs(bank)).toEqual([0, 1, 2]);
  expect(unburntPairs(burnt)).toEqual([1]);
  const again = await readVault(await writeVault(burnt, key), key);
  expect(again.burns).toEqual([entry]);
});

test("a committed bank without beacon is kept but not used", async () => {
  const committed = { ...bank, beacon: null, pairs: bank.pairs };
  const again = await readVault(await writeVault(committed, key), key);
  expect(again.beacon).toBeNull();
  expect(again.root).toBe(bank.root);
  expect(() => requireSealed(again)).toThrow(expect.objectContaining({ code: "BANK_INVALID" }));
});

test("every save uses a fresh nonce", async () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 20; i++) {
    nonces.add(Buffer.from(readHeader(await writeVault(bank, key)).nonce).toString("hex"));
  }
  expect(nonces.size).toBe(20);
});
