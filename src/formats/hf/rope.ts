import type { ModelConfig } from "@/engine/types.ts";
import { show } from "./configFields.ts";
import type { ConfigFields } from "./configFields.ts";

const DEFAULT_THETA = 10_000;

/**
 * Rotary settings from `rope_scaling` and `rope_theta` (transformers 4) or `rope_parameters`
 * (transformers 5), with the same precedence as transformers' RotaryEmbeddingConfigMixin.
 */
export function parseRope(
  fields: ConfigFields,
  maxPositions: number,
): Pick<ModelConfig, "ropeTheta" | "ropeScaling"> {
  const key = isEmpty(fields.object("rope_scaling")) ? "rope_parameters" : "rope_scaling";
  const outer = fields.object(key);
  // Per layer type: with full attention only, its entry is the one in force.
  const rope = outer?.object("full_attention") ?? outer;
  const theta = fields.positive("rope_theta", DEFAULT_THETA);
  const ropeTheta = rope ? rope.positive("rope_theta", theta) : theta;
  refusePartial(fields);
  if (!rope) return { ropeTheta, ropeScaling: null };
  refusePartial(rope);
  const type = rope.text("rope_type") ?? rope.text("type") ?? "default";
  if (type === "default") return { ropeTheta, ropeScaling: null };
  if (type !== "llama3") {
    throw fields.unsupported(
      key,
      `asks for the RoPE type ${show(type)}`,
      "Supported are default and llama3. A model whose context was stretched by linear, dynamic or yarn scaling cannot be used.",
    );
  }
  const outerPositions =
    fields.raw("original_max_position_embeddings") === undefined ? rope : fields;
  const ropeScaling = {
    factor: rope.positive("factor"),
    lowFreqFactor: rope.positive("low_freq_factor"),
    highFreqFactor: rope.positive("high_freq_factor"),
    originalMaxPositions: outerPositions.count(
      "original_max_position_embeddings",
      2 ** 31,
      maxPositions,
    ),
  };
  if (ropeScaling.highFreqFactor <= ropeScaling.lowFreqFactor) {
    throw rope.invalid("high_freq_factor", "must be above low_freq_factor");
  }
  return { ropeTheta, ropeScaling };
}

function refusePartial(fields: ConfigFields): void {
  if (fields.raw("partial_rotary_factor") === undefined) return;
  if (fields.positive("partial_rotary_factor") === 1) return;
  throw fields.unsupported(
    "partial_rotary_factor",
    "is not 1",
    "Only models that rotate whole heads are supported.",
  );
}

function isEmpty(fields: ConfigFields | undefined): boolean {
  return fields === undefined || fields.keys().length === 0;
}
