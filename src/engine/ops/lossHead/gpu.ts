import { invariant } from "@/lib/invariant.ts";
import type { Lower, OpOf } from "../../webgpu/launch.ts";
import { kernelSource } from "../../webgpu/prelude.ts";
import vocabRow from "../nll/vocabRow.wgsl?raw";
import lossHead from "./lossHead.wgsl?raw";

/** Candidates kept in workgroup memory: 12 KiB of the 16 that every adapter has. */
const MOST_CANDIDATES = 3072;

/** Loss of every row [n]; z [n,stride] becomes its gradient. */
export const lowerLossHead: Lower<OpOf<"lossHead">> = ({ attrs, reads, writes }, { tuning }) => {
  invariant(attrs.stride % 4 === 0, "logits have a stride that is a multiple of 4");
  invariant(attrs.width <= MOST_CANDIDATES, `at most ${MOST_CANDIDATES} candidates`);
  return {
    kind: "lossHead",
    source: kernelSource(vocabRow + lossHead, true, {
      THREADS: tuning.wideRowThreads,
      WIDTH: attrs.width,
    }),
    bindings: [writes[0], reads[1], reads[2], writes[1]],
    uniforms: [attrs.vocab, attrs.stride / 4],
    workgroups: attrs.rows,
    cost: attrs.rows * attrs.vocab * 32,
  };
};
