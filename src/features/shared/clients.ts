import { connect } from "@/rpc/connect.ts";
import type { Client } from "@/rpc/connect.ts";
import type { ChallengeProtocol } from "@/rpc/challengeProtocol.ts";
import type { FilesProtocol, InferProtocol, TrainProtocol } from "@/rpc/protocols.ts";

let train: Client<TrainProtocol> | null = null;
let infer: Client<InferProtocol> | null = null;
let files: Client<FilesProtocol> | null = null;
let challenge: Client<ChallengeProtocol> | null = null;

/** The worker that embeds. Started on first use, and anew after it crashed or was ended. */
export function trainClient(): Client<TrainProtocol> {
  if (train === null || train.closed) {
    train = connect<TrainProtocol>(
      new Worker(new URL("../../../workers/train.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-train",
      }),
    );
  }
  return train;
}

/** The worker that asks models: verification, perplexity, generation. */
export function inferClient(): Client<InferProtocol> {
  if (infer === null || infer.closed) {
    infer = connect<InferProtocol>(
      new Worker(new URL("../../../workers/infer.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-infer",
      }),
    );
  }
  return infer;
}

/** The worker that reads files: inspection, hashes, stored runs. */
export function filesClient(): Client<FilesProtocol> {
  if (files === null || files.closed) {
    files = connect<FilesProtocol>(
      new Worker(new URL("../../../workers/files.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-files",
      }),
    );
  }
  return files;
}

/** The worker that keeps a prover's identity and an owner's open bank, and asks hosts. */
export function challengeClient(): Client<ChallengeProtocol> {
  if (challenge === null || challenge.closed) {
    challenge = connect<ChallengeProtocol>(
      new Worker(new URL("../../../workers/challenge.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-challenge",
      }),
    );
  }
  return challenge;
}
