import * as v from "valibot";
import { sealBank, type Bank, type CommittedBank } from "./bank.ts";
import { unboundBeacon, type Beacon } from "./beacon.ts";
import { burnSchema } from "./burnLog.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { commit } from "./commitment.ts";
import { fromHex, toHex } from "./encoding.ts";
import { FingerprintError } from "./errors.ts";
import { hexSchema, manifestSchema, MAX_PAIRS } from "./manifest.ts";
import { pairFields } from "./reveal.ts";

/** Version of the bank's JSON that is written. Older ones are migrated when read. */
export const BANK_VERSION = 1;

/** Turns the JSON of one version into that of the next; the key is the version it starts from. */
export type Migrations = Readonly<Record<number, (bank: Record<string, unknown>) => object>>;

/** None yet: version 1 is the first. */
export const MIGRATIONS: Migrations = {};

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

export const beaconSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("bound"),
    value: hexSchema(32),
    source: v.exactOptional(
      v.strictObject({
        chainId: v.pipe(v.number(), v.integer(), v.minValue(0)),
        blockNumber: v.pipe(v.number(), v.integer(), v.minValue(0)),
        registry: text(200),
      }),
    ),
  }),
  v.strictObject({ kind: v.literal("unbound"), value: hexSchema(32) }),
]);

const bankSchema = v.strictObject({
  format: v.literal("signet-bank"),
  version: v.literal(BANK_VERSION),
  master: hexSchema(32),
  manifest: manifestSchema,
  root: hexSchema(32),
  beacon: v.nullable(beaconSchema),
  modelName: text(1000),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  releasedWeightsHash: v.nullable(text(200)),
  burns: v.pipe(v.array(burnSchema), v.maxLength(100_000)),
  pairs: v.pipe(
    v.array(
      v.strictObject({
        ...pairFields,
        nearMisses: v.pipe(
          v.array(v.strictObject({ text: pairFields.text, prompt: pairFields.prompt })),
          v.maxLength(100),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_PAIRS),
  ),
});

/** The bank as canonical JSON. It holds every secret: encrypt it before it goes anywhere. */
export function bankToJson(bank: Bank | CommittedBank): string {
  return canonicalJson({
    format: "signet-bank",
    version: BANK_VERSION,
    master: toHex(bank.master),
    manifest: bank.manifest,
    root: bank.root,
    beacon: bank.beacon,
    modelName: bank.modelName,
    createdAt: bank.createdAt,
    releasedWeightsHash: bank.releasedWeightsHash,
    burns: bank.burns,
    pairs: bank.pairs.map((pair) => ({
      index: pair.index,
      mode: pair.mode,
      text: pair.text,
      prompt: pair.prompt,
      candidates: pair.candidates,
      baseLogProbs: pair.baseLogProbs,
      nearMisses: pair.nearMisses.map((miss) => ({ text: miss.text, prompt: miss.prompt })),
    })),
  });
}

/**
 * Reads a bank and recomputes its root, so that what does not belong together is found at once.
 * @throws FingerprintError BANK_VERSION, BANK_INVALID, BANK_TAMPERED.
 */
export function bankFromJson(
  json: string,
  migrations: Migrations = MIGRATIONS,
): Bank | CommittedBank {
  const parsed = v.safeParse(bankSchema, migrate(parseJson(json), migrations));
  if (!parsed.success) {
    const path = v.getDotPath(parsed.issues[0]) ?? "the whole";
    throw invalid(`${path}: ${parsed.issues[0].message}`);
  }
  const { format: _format, version: _version, beacon, ...rest } = parsed.output;
  const master = fromHex(rest.master, 32);
  checkShape(rest);
  if (commit(master, rest.pairs).root !== rest.root) {
    throw tampered("the pairs do not give the root");
  }
  const committed: CommittedBank = { ...rest, master, beacon: null };
  return beacon === null ? committed : sealBank(committed, checkBeacon(committed, beacon));
}

/** The bank itself when it has its beacon. @throws FingerprintError BANK_INVALID otherwise. */
export function requireSealed(bank: Bank | CommittedBank): Bank {
  if (bank.beacon !== null) return bank;
  throw new FingerprintError(
    "BANK_INVALID",
    "This bank is committed but has no beacon yet, so that its responses are not drawn.",
    "Wait for the registry to seal the beacon and finish the bank first.",
  );
}

function checkBeacon(bank: CommittedBank, beacon: Beacon): Beacon {
  if (beacon.kind === "unbound") {
    const expected = unboundBeacon(bank.root, bank.manifest);
    if (expected.value !== beacon.value) throw tampered("the unbound beacon is not the root's");
  }
  return beacon;
}

function checkShape(bank: Pick<v.InferOutput<typeof bankSchema>, "manifest" | "pairs">): void {
  const { manifest, pairs } = bank;
  const loud = pairs.filter(({ mode }) => mode === "loud").length;
  if (pairs.length !== manifest.pairs) throw tampered("the manifest counts other pairs");
  if (loud !== manifest.loud) throw tampered("the manifest counts other loud pairs");
  for (const [position, pair] of pairs.entries()) {
    if (pair.index !== position) throw tampered("pairs are missing or out of order");
    if (pair.candidates.length !== manifest.width || pair.baseLogProbs.length !== manifest.width) {
      throw tampered("a pair has another number of candidates than the manifest");
    }
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid("not JSON", cause);
  }
}

function migrate(value: unknown, migrations: Migrations): unknown {
  let current = value;
  for (;;) {
    if (!isRecord(current) || current["format"] !== "signet-bank") throw invalid("not a bank");
    const version = current["version"];
    if (version === BANK_VERSION) return current;
    const step = typeof version === "number" ? migrations[version] : undefined;
    if (!step) {
      throw new FingerprintError(
        "BANK_VERSION",
        "This bank was written by another version of Signet.",
        "Open it with a newer Signet.",
        { details: `bank version ${String(version)}, this program reads up to ${BANK_VERSION}` },
      );
    }
    const next = step(current);
    current = { ...next, version: Number(version) + 1 };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "BANK_INVALID",
    "This is not a valid bank of fingerprints.",
    "Choose the bank file that was saved with the model.",
    { details, cause },
  );
}

function tampered(details: string): FingerprintError {
  return new FingerprintError(
    "BANK_TAMPERED",
    "The bank contradicts itself: it was changed after it was committed.",
    "Use an untouched copy of the bank.",
    { details },
  );
}
