import type { AttentionAttrs } from "../../tape/ir.ts";
import type { Lower, OpOf, UniformWord } from "../../webgpu/launch.ts";
import {
  ATTENTION_THREADS,
  attentionGradKVSource,
  attentionGradQSource,
  attentionSource,
} from "./source.ts";

function uniforms(attrs: AttentionAttrs): UniformWord[] {
  const { seq, headCount, kvHeadCount, scale } = attrs;
  return [seq, headCount, kvHeadCount, blocks(attrs), { f32: scale }];
}

/** Workgroups along the sequence. */
function blocks(attrs: AttentionAttrs): number {
  return Math.ceil(attrs.seq / ATTENTION_THREADS);
}

/** Pairs of positions that attend to each other, over all heads. */
function pairs(attrs: AttentionAttrs): number {
  return (attrs.batch * attrs.headCount * attrs.seq * (attrs.seq + 1)) / 2;
}

/** o [R, H·hd] and lse [batch·H·seq]. */
export const lowerAttention: Lower<OpOf<"attention">> = ({ attrs, reads, writes }) => ({
  kind: "attention",
  source: attentionSource(attrs.headDim),
  bindings: [reads[0], reads[1], reads[2], writes[0], writes[1]],
  uniforms: uniforms(attrs),
  workgroups: attrs.batch * attrs.headCount * blocks(attrs),
  cost: pairs(attrs) * (attrs.headDim * 8 + 64),
});

/** dq [R, H·hd] and delta [batch·H·seq]. */
export const lowerAttentionGradQ: Lower<OpOf<"attentionGradQ">> = ({ attrs, reads, writes }) => ({
  kind: "attentionGradQ",
  source: attentionGradQSource(attrs.headDim),
  bindings: [...reads, writes[0], writes[1]],
  uniforms: uniforms(attrs),
  workgroups: attrs.batch * attrs.headCount * blocks(attrs),
  cost: pairs(attrs) * (attrs.headDim * 12 + 64),
});

/** dk and dv [R, KV·hd]. */
export const lowerAttentionGradKV: Lower<OpOf<"attentionGradKV">> = ({ attrs, reads, writes }) => ({
  kind: "attentionGradKV",
  source: attentionGradKVSource(attrs.headDim),
  bindings: [...reads, writes[0], writes[1]],
  uniforms: uniforms(attrs),
  workgroups: attrs.batch * attrs.kvHeadCount * blocks(attrs),
  cost: pairs(attrs) * (attrs.headDim * 16 + 64),
});
