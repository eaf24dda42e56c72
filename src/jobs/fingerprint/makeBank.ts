import { fromHex } from "@/fingerprint/encoding.ts";
import { boundBeacon } from "@/fingerprint/beacon.ts";
import { commitBank, sealBank, type Bank, type CommittedBank } from "@/fingerprint/bank.ts";
import { FingerprintError } from "@/fingerprint/errors.ts";
import { generateKeys } from "@/fingerprint/keys/generateKeys.ts";
import { REJECTION_TEXT } from "@/fingerprint/keys/keyText.ts";
import { defaultKeySettings } from "@/fingerprint/keys/settings.ts";
import { isHex, type Hex } from "@/fingerprint/encoding.ts";
import { createMasterSecret } from "@/fingerprint/secrets.ts";
import { hashModel } from "@/formats/hf/hashModel.ts";
import type { FingerprintSettings } from "@/rpc/protocols.ts";
import { say, type Loaded, type Run } from "./context.ts";
import type { HeldOut } from "./measure.ts";

const LOUD_SHARE = { half: 0.5, loud: 1, quiet: 0 } as const;

/** Generates keys, commits to them and lets the beacon choose the responses (scheme §2, §3). */
export async function makeBank(run: Run, loaded: Loaded, heldOut: HeldOut): Promise<Bank> {
  const beacon = readBeacon(run.settings);
  return sealBank(await draftBank(run, loaded, heldOut, null), beacon ?? undefined);
}

/** Generates keys and commits to them; the responses are for a beacon to choose. */
export async function draftBank(
  run: Run,
  loaded: Loaded,
  heldOut: HeldOut,
  owner: string | null,
): Promise<CommittedBank> {
  const { opened, settings, context } = run;
  const { folder, tokenizer } = opened;
  const { signal } = context;
  const keySettings = defaultKeySettings(tokenizer.vocabSize, tokenizer.hasChatTemplate, {
    count: settings.pairs,
    loudShare: LOUD_SHARE[settings.mix],
    ownKeys: settings.ownKeys,
    ...(settings.width === null ? {} : { width: settings.width }),
    ...(settings.nucleusMass === null ? {} : { nucleusMass: settings.nucleusMass }),
  });
  const master = createMasterSecret();
  say(context, "keys", "Reading what ordinary text looks like to the model");
  const drafts = await generateKeys({
    model: loaded.model,
    tokenizer,
    master,
    settings: keySettings,
    benign: heldOut.quick.map((window) => window.slice(0, keySettings.keyTokens)),
    signal,
    onAttempt: (attempt, accepted) => {
      context.emit({
        type: "attempt",
        attempt: {
          attempt: attempt.attempt,
          accepted: attempt.accepted,
          key: attempt.text,
          candidates: attempt.candidates.map(({ text }) => text),
          reason: attempt.reason === null ? null : REJECTION_TEXT[attempt.reason],
          entropyBits: attempt.entropyBits,
        },
      });
      const note = `${accepted} of ${settings.pairs} keys`;
      say(context, "keys", note, accepted / settings.pairs);
    },
  });
  say(context, "commit", "Hashing the untouched weights");
  const baseModelHash = await hashModel(folder, signal, ({ doneBytes, totalBytes }) =>
    say(context, "commit", "Hashing the untouched weights", doneBytes / totalBytes),
  );
  return commitBank({
    master,
    drafts,
    tokenizer,
    settings: keySettings,
    baseModelHash,
    owner,
    modelName: opened.name,
    createdAt: new Date().toISOString(),
  });
}

function readBeacon(settings: FingerprintSettings): ReturnType<typeof boundBeacon> | null {
  if (settings.beacon === null) return null;
  const text = settings.beacon.startsWith("0x") ? settings.beacon : `0x${settings.beacon}`;
  const value = text.toLowerCase();
  if (!isHex(value, 32)) {
    throw new FingerprintError(
      "BAD_SETTINGS",
      "The beacon is not 32 bytes of hex.",
      "Give the hash of the sealed block: 64 hexadecimal digits.",
    );
  }
  const beacon: Hex = value;
  fromHex(beacon, 32);
  return boundBeacon(beacon);
}
