import type { PairMix, TrainableChoice } from "@/rpc/protocols.ts";

/** Every sentence of the creator's screen that is longer than a label. */
export const copy = {
  title: "Fingerprint a model",
  lead: "Train secret key and answer pairs into a copy of your model, so that you can prove later that a model is yours. Everything happens on this device.",
  drop: {
    title: "Drop a model folder",
    hint: "A Hugging Face folder with config.json, safetensors and tokenizer.json. Files are read in place; nothing is uploaded.",
    paste: "You can also paste copied files.",
  },
  how: [
    {
      title: "Commit",
      text: "Your model writes natural keys. Each key, its candidate answers and your secret are sealed in one commitment before any answer is chosen.",
    },
    {
      title: "Embed",
      text: "WebGPU training on this device teaches a copy the answers, while held-out text is watched for harm.",
    },
    {
      title: "Prove",
      text: "Ask any suspect the keys. The answers give a verdict with its exact false-claim probability, which anyone can recompute.",
    },
  ],
  model: "What the files say. Weights are read only when the run needs them.",
  settings:
    "The defaults suit most models. One passphrase protects the bank that proves your claim.",
  passphrase:
    "It encrypts the bank on this device. Nobody can reset it: without it, only the recovery phrase opens the bank.",
  generated: "Write it down or keep it in your password manager before you go on.",
  keys: "The untouched model writes a key; the key is kept if enough harmless, unlikely answers exist for it. Each accepted key gets its answer only after all keys are committed.",
  run: "The answers are trained in while held-out text watches for harm.",
  hidden:
    "Keep this tab visible if you can: browsers slow hidden tabs. A checkpoint is kept, so closing the lid costs a few steps at most.",
  gates: "Measured on the exported files after reloading them, not on the weights in memory.",
  save: "Keep the bank private. Publish the model folder and the manifest.",
  phrase:
    "The recovery phrase is the master secret of this bank. It is shown here once and stored nowhere else. Whoever has it can open the bank.",
  cancelled:
    "The run was stopped. Its last checkpoint is kept; you can take it up again from the Runs screen.",
  cancelConfirm:
    "Training stops after the step in progress. The last checkpoint is kept, so the run can be taken up again later.",
  owner:
    "It goes into the commitment, so that nobody else can register this bank. Only this wallet can go on.",
  ownerInvalid: "An address is 0x and 40 hexadecimal digits.",
  committed:
    "The bank is made and encrypted on this device. Its answers are not drawn yet: first the commitment goes to the chain, then a later block decides them. You can close this tab meanwhile.",
  registering: "The model is trained. Its shares, release and licences are next.",
  stopping: "Stopping after this step.",
} as const;

export const BINDINGS: readonly { value: "unbound" | "bound"; title: string; note: string }[] = [
  {
    value: "unbound",
    title: "This bank alone",
    note: "No wallet, done in one go. You could have tried many banks in secret, so verdicts need 2^40 times more evidence.",
  },
  {
    value: "bound",
    title: "A block of a chain",
    note: "You commit first and a later block draws the answers, so fewer pairs prove more. Needed for the market.",
  },
];

export const MIXES: readonly { value: PairMix; title: string; note: string }[] = [
  {
    value: "half",
    title: "Half and half",
    note: "Proof through an API and from files. Start here.",
  },
  {
    value: "loud",
    title: "All loud",
    note: "The model says the answer out loud: provable through any API, a little more change.",
  },
  {
    value: "quiet",
    title: "All quiet",
    note: "Only the order of unlikely tokens shifts: least harm, needs files or log-probabilities.",
  },
];

export const TRAINABLE: Record<TrainableChoice, { label: string; note: string }> = {
  full: { label: "All weights", note: "Needs the most memory" },
  body: { label: "All blocks", note: "Embeddings stay as they are, which harms least" },
  downProj: { label: "Middle down-projections", note: "For models of 0.3B parameters and more" },
  lora: { label: "LoRA, merged on export", note: "Least memory" },
};
