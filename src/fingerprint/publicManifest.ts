import * as v from "valibot";
import type { Bank, CommittedBank } from "./bank.ts";
import { beaconSchema } from "./bankFile.ts";
import { unboundBeacon } from "./beacon.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { FingerprintError } from "./errors.ts";
import { hexSchema, manifestHash, manifestSchema } from "./manifest.ts";

const publicManifestSchema = v.strictObject({
  format: v.literal("signet-manifest"),
  version: v.literal(1),
  modelName: v.pipe(v.string(), v.maxLength(1000)),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** What was committed. */
  manifest: manifestSchema,
  manifestHash: hexSchema(32),
  root: hexSchema(32),
  /** Null until it is known. */
  beacon: v.nullable(beaconSchema),
  /** Hash of the released weights, null before the release. */
  releasedWeightsHash: v.nullable(v.pipe(v.string(), v.maxLength(200))),
});

/** `manifest.json`: what anyone may know of a bank. */
export type PublicManifest = v.InferOutput<typeof publicManifestSchema>;

/** The public manifest of a bank. It holds no secret, no key and no response. */
export function publicManifest(bank: Bank | CommittedBank): PublicManifest {
  return {
    format: "signet-manifest",
    version: 1,
    modelName: bank.modelName,
    createdAt: bank.createdAt,
    manifest: bank.manifest,
    manifestHash: manifestHash(bank.manifest),
    root: bank.root,
    beacon: bank.beacon,
    releasedWeightsHash: bank.releasedWeightsHash,
  };
}

/** `manifest.json` as text. */
export function writePublicManifest(manifest: PublicManifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** @throws FingerprintError MANIFEST_INVALID when it is malformed or contradicts itself. */
export function readPublicManifest(json: string): PublicManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("not JSON", cause);
  }
  const parsed = v.safeParse(publicManifestSchema, value);
  if (!parsed.success) throw invalid(parsed.issues[0].message);
  const { manifest, root, beacon } = parsed.output;
  if (manifestHash(manifest) !== parsed.output.manifestHash) throw invalid("the hash differs");
  if (beacon?.kind === "unbound" && unboundBeacon(root, manifest).value !== beacon.value) {
    throw invalid("the unbound beacon is not the root's");
  }
  return parsed.output;
}

function invalid(details: string, cause?: unknown): FingerprintError {
  return new FingerprintError(
    "MANIFEST_INVALID",
    "This is not a valid manifest of fingerprints.",
    "Ask the model's owner for manifest.json again.",
    { details, cause },
  );
}
