import { expect, test } from "vitest";
import { linear } from "../ops/linear/op.ts";
import { swiglu } from "../ops/swiglu/op.ts";
import type { ParameterSpec, PlanOp } from "./ir.ts";
import { PlanBuilder } from "./planBuilder.ts";

function spec(name: string, trainable: boolean): ParameterSpec {
  return { name, shape: [4, 4], format: "f32", trainable };
}

/** x → a → b → c, then a stand-in for a loss that turns the result into its gradient. */
function chain(trained: string, checkpoint: boolean): readonly PlanOp[] {
  const names = ["a", "b", "c"];
  const plan = new PlanBuilder(
    names.map((name) => spec(name, name === trained)),
    true,
  );
  let x = plan.input("x", [8, 4], "f32");
  for (const name of names) {
    const block = (input: typeof x) => linear(plan, input, plan.weight(name));
    x = checkpoint ? plan.checkpoint(x, block) : block(x);
  }
  const out = plan.output("out", [8, 4]);
  plan.emit({ kind: "add", attrs: { count: 32 } }, [x], [out]);
  plan.setGrad(x, x);
  plan.backward();
  return plan.finish().ops;
}

function describeOps(ops: readonly PlanOp[]): string[] {
  return ops.map((op) =>
    op.kind === "matmul"
      ? `${op.attrs.transA ? "dW" : op.attrs.transB ? "y" : "dx"} ${op.attrs.transA ? op.writes[0].name : op.reads[1].name}`
      : op.kind,
  );
}

test("gradients stop at the lowest trained parameter", () => {
  expect(describeOps(chain("b", false))).toEqual(["y a", "y b", "y c", "add", "dx c", "dW b"]);
  expect(describeOps(chain("c", false))).toEqual(["y a", "y b", "y c", "add", "dW c"]);
  const all = ["y a", "y b", "y c", "add", "dx c", "dx b", "dW a"];
  expect(describeOps(chain("a", false))).toEqual(all);
});

test("a checkpointed block is computed again only as far as its gradients need it", () => {
  // Linear layers need their input alone, which is kept, so nothing is left to recompute.
  expect(describeOps(chain("b", true))).toEqual(describeOps(chain("b", false)));

  const plan = new PlanBuilder([spec("gate", true), spec("down", true)], true);
  const x = plan.input("x", [8, 4], "f32");
  const y = plan.checkpoint(x, (input) => {
    const gate = linear(plan, input, plan.weight("gate"));
    const up = linear(plan, input, plan.weight("gate"));
    return linear(plan, swiglu(plan, gate, up), plan.weight("down"));
  });
  plan.setGrad(y, y);
  plan.backward();
  const kinds = plan.finish().ops.map(({ kind }) => kind);
  // Twice gate and up and swiglu, down once, then dW and dx of down, swiglu's and gate's gradients.
  expect(kinds.filter((kind) => kind === "swiglu")).toHaveLength(2);
  expect(kinds.filter((kind) => kind === "matmul")).toHaveLength(2 + 1 + 2 + 2 + 2);
});

test("nothing needs a gradient in a forward plan", () => {
  const plan = new PlanBuilder([spec("a", true)], false);
  const y = linear(plan, plan.input("x", [8, 4], "f32"), plan.weight("a"));
  expect(plan.needsGrad(y)).toBe(false);
});

test("ops whose results nobody reads are dropped", () => {
  const plan = new PlanBuilder([spec("a", false)], false);
  const x = plan.input("x", [8, 4], "f32");
  linear(plan, x, plan.weight("a"));
  linear(plan, x, plan.weight("a"), { result: plan.output("out", [8, 4]) });
  const { ops, slotBytes } = plan.finish();
  expect(ops).toHaveLength(1);
  expect(slotBytes).toEqual([]);
});
