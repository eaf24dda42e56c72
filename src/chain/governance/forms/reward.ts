import { encodeFunctionData } from "viem";
import { proverNetworkAbi } from "../../generated/proverNetwork.ts";
import { readPercent, showPpm } from "../../registration/readDraft.ts";
import { amountText } from "../context.ts";
import { DEFAULT_REWARD_PPM } from "../effects.ts";
import { NATIVE } from "../../indexer/state.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";
import { percentDraft } from "./termsFields.ts";

/** What part of the bounty one upheld case earns. */
export const rewardForm: ProposalForm = {
  key: "reward",
  title: "Reward of provers",
  about: "The part of the model’s bounty that an upheld case earns. Anyone may add to the bounty.",
  blocked: () => null,
  begin: ({ model }) => ({ percent: percentDraft(model.rewardPpm ?? DEFAULT_REWARD_PPM) }),
  fields: (context) => [
    {
      key: "percent",
      label: "Share of the bounty, in percent",
      kind: "text",
      numeric: true,
      hint: `The bounty was ${amountText(context, NATIVE, context.model.bounty)} when it was last filled. The share is ${showPpm(BigInt(context.model.rewardPpm ?? DEFAULT_REWARD_PPM))} now.`,
    },
  ],
  read: ({ model, contracts }, draft) => {
    const ppm = readPercent(field(draft, "percent"));
    const bad = ppm === null || ppm > 1_000_000n;
    return outcome(bad ? { percent: "A percentage up to 100." } : {}, () => [
      {
        target: contracts.provers,
        value: 0n,
        data: encodeFunctionData({
          abi: proverNetworkAbi,
          functionName: "setReward",
          args: [model.id, Number(ppm ?? 0n)],
        }),
      },
    ]);
  },
};
