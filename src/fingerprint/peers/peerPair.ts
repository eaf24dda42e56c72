/** Which project wrote a file of fingerprints. */
export type PeerFormat = "mlprints" | "oml" | "scalable";

/** A pair of a peer's file. None of them records the candidates that the response was drawn from. */
export interface PeerPair {
  key: string;
  /** The key as it was really used (templated or cut), where the file says so. */
  effectiveKey: string | null;
  /** Accepted responses; more than one where the scheme gives several. */
  responses: readonly string[];
  /** Probabilities of the responses before embedding, where the file says so. */
  probabilities: readonly number[] | null;
  /** Prompts that must not be answered with the response. */
  negatives: readonly string[];
}

export interface PeerBank {
  format: PeerFormat;
  pairs: readonly PeerPair[];
}
