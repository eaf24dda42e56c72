import * as v from "valibot";
import { beaconSchema } from "./bankFile.ts";
import { hexSchema, manifestSchema, MAX_PAIRS } from "./manifest.ts";
import { chainCheckSchema } from "./registryCheck.ts";
import { pairFields, revealSchema } from "./reveal.ts";

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const finite = v.pipe(v.number(), v.finite());
const nonNegative = v.pipe(finite, v.minValue(0));
const logProbs = v.pipe(
  v.array(v.pipe(finite, v.maxValue(1e-6))),
  v.minLength(2),
  v.maxLength(65_536),
);

const body = {
  format: v.literal("signet-report"),
  version: v.literal(1),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  bank: v.strictObject({
    manifest: manifestSchema,
    manifestHash: hexSchema(32),
    root: hexSchema(32),
    beacon: beaconSchema,
  }),
  suspect: v.strictObject({
    name: text(1000),
    weightsHash: v.nullable(text(200)),
    tokenizerHash: v.nullable(text(200)),
  }),
  device: v.strictObject({ kind: v.picklist(["webgpu", "cpu", "host"]), name: text(500) }),
  /** Of a suspect that was asked over HTTP: where, and the hash of what was said. */
  host: v.exactOptional(
    v.strictObject({
      url: text(2000),
      model: v.nullable(text(500)),
      route: v.picklist(["completions", "chat"]),
      /** SHA-256 of the transcript file. */
      transcript: hexSchema(32),
    }),
  ),
  diagnosis: v.strictObject({
    tokenizer: v.picklist(["same", "equivalent", "unknown"]),
    template: v.picklist(["same", "different", "unused", "unknown"]),
  }),
  confirmation: v.nullable(
    v.strictObject({
      agrees: v.boolean(),
      keys: v.pipe(nonNegative, v.integer()),
      worst: nonNegative,
    }),
  ),
  /** What the registry said of a bound bank; absent for an unbound one. */
  chain: v.exactOptional(chainCheckSchema),
  /** R of the thresholds. */
  owners: v.pipe(v.number(), v.integer(), v.minValue(1)),
  primary: v.picklist(["logit", "forcedChoice", "text"]),
  /** Key by key in the order in which they count; no key text and no token. */
  evidence: v.pipe(
    v.array(
      v.strictObject({
        index: pairFields.index,
        mode: pairFields.mode,
        responseIndex: v.pipe(nonNegative, v.integer()),
        baseLogProbs: pairFields.baseLogProbs,
        suspectLogProbs: v.nullable(logProbs),
        hit: v.boolean(),
      }),
    ),
    v.minLength(1),
    v.maxLength(MAX_PAIRS),
  ),
  result: v.strictObject({
    verdict: v.picklist(["Proven", "Strong", "Inconclusive", "No evidence"]),
    log10E: finite,
    hits: v.pipe(nonNegative, v.integer()),
    keys: v.pipe(nonNegative, v.integer()),
    pValue: nonNegative,
    log10PValue: finite,
    fsr: v.nullable(nonNegative),
    logit: v.nullable(finite),
    forcedChoice: v.nullable(finite),
    text: finite,
    threshold: finite,
    ceiling: finite,
  }),
  meaning: v.pipe(v.array(text(2000)), v.maxLength(50)),
  reveals: v.pipe(v.array(revealSchema), v.maxLength(MAX_PAIRS)),
};

const bodySchema = v.strictObject(body);

export const reportSchema = v.strictObject({
  ...body,
  hash: hexSchema(32),
  /** Of a wallet, over the hash; checked where wallets are known. */
  signature: v.exactOptional(
    v.strictObject({ kind: text(50), address: text(200), value: text(10_000) }),
  ),
});

export type ReportBody = v.InferOutput<typeof bodySchema>;
export type Report = v.InferOutput<typeof reportSchema>;
