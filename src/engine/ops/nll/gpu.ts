import { invariant } from "@/lib/invariant.ts";
import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import nll from "./nll.wgsl?raw";
import vocabRow from "./vocabRow.wgsl?raw";

/** Negative log-likelihood and logsumexp of every row of z [n,stride]. */
export const lowerNll: Lower<OpOf<"nll">> = ({ attrs, reads, writes }, { tuning }) => {
  invariant(attrs.stride % 4 === 0, "logits have a stride that is a multiple of 4");
  return {
    kind: "nll",
    source: kernelSource(vocabRow + nll, true, { THREADS: tuning.wideRowThreads }),
    bindings: [reads[0], reads[1], writes[0]],
    uniforms: [attrs.vocab, attrs.stride / 4],
    workgroups: attrs.rows,
    cost: attrs.rows * attrs.vocab * 16,
  };
};
