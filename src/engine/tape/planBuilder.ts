import { invariant } from "@/lib/invariant.ts";
import type { Instruction, ParameterSpec, Plan, PlanOp, StorageFormat, Tensor } from "./ir.ts";
import { removeDeadOps } from "./deadOps.ts";
import { assignSlots } from "./slots.ts";

/** Where the gradient of a tensor is to be written, and whether something is already there. */
export interface GradTarget {
  tensor: Tensor;
  accumulate: boolean;
}

/**
 * Records one run of a model as a flat list of instructions. Ops emit their forward instructions at
 * once and leave a closure that emits the backward ones; `backward` calls the closures in reverse.
 * Gradients flow only towards trainable parameters: an op asks `needsGrad` before it emits anything.
 *
 * The gradient of an activation may be the very tensor of another one (a residual branch takes over the
 * gradient of its sum), so a closure reads the gradient it was given before it passes it on.
 */
export class PlanBuilder {
  readonly #training: boolean;
  readonly #parameters: ReadonlyMap<string, ParameterSpec>;
  readonly #tensors: Tensor[] = [];
  readonly #weights = new Map<string, Tensor>();
  readonly #weightGrads = new Map<string, Tensor>();
  readonly #ops: PlanOp[] = [];
  readonly #needsGrad = new Set<Tensor>();
  readonly #grads = new Map<Tensor, Tensor>();
  #tape: (() => void)[] = [];

  /** @param training when false, nothing needs a gradient and no closure is kept. */
  constructor(parameters: readonly ParameterSpec[], training: boolean) {
    this.#parameters = new Map(parameters.map((spec) => [spec.name, spec]));
    this.#training = training;
  }

  hasParameter(name: string): boolean {
    return this.#parameters.has(name);
  }

  /** The stored parameter; the same tensor however often it is asked for. */
  weight(name: string): Tensor {
    const known = this.#weights.get(name);
    if (known) return known;
    const spec = this.#parameters.get(name);
    invariant(spec, `parameter ${name} is declared`);
    const tensor = this.#add({ role: "weight", format: spec.format, shape: spec.shape, name });
    this.#weights.set(name, tensor);
    if (this.#training && spec.trainable) this.#needsGrad.add(tensor);
    return tensor;
  }

  activation(name: string, shape: readonly number[]): Tensor {
    return this.#add({ role: "activation", format: "f32", shape, name });
  }

  input(name: string, shape: readonly number[], format: StorageFormat): Tensor {
    return this.#add({ role: "input", format, shape, name });
  }

  output(name: string, shape: readonly number[]): Tensor {
    return this.#add({ role: "output", format: "f32", shape, name });
  }

  constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): Tensor {
    const format = data instanceof Int32Array ? "i32" : "f32";
    return this.#add({ role: "constant", format, shape, name, data });
  }

  emit(instruction: Instruction, reads: readonly Tensor[], writes: readonly Tensor[]): void {
    this.#ops.push({ ...instruction, reads, writes });
  }

  needsGrad(tensor: Tensor): boolean {
    return this.#needsGrad.has(tensor);
  }

  /** `result` needs a gradient when any of its sources does. */
  derive(result: Tensor, sources: readonly (Tensor | undefined)[]): boolean {
    const needed = sources.some((source) => source !== undefined && this.needsGrad(source));
    if (needed) this.#needsGrad.add(result);
    return needed;
  }

  /** Leaves a closure that receives the gradient of `result`; it is not called when none arrives. */
  onBackward(result: Tensor, emitGradients: (grad: Tensor) => void): void {
    if (!this.needsGrad(result)) return;
    this.#tape.push(() => {
      const grad = this.#grads.get(result);
      if (grad) emitGradients(grad);
    });
  }

  /** Where to write the gradient of `tensor`; of a parameter always into its zeroed arena. */
  gradInto(tensor: Tensor): GradTarget {
    if (tensor.role === "weight") {
      let grad = this.#weightGrads.get(tensor.name);
      if (!grad) {
        const { shape, name } = tensor;
        grad = this.#add({ role: "grad", format: "f32", shape, name });
        this.#weightGrads.set(name, grad);
      }
      return { tensor: grad, accumulate: true };
    }
    const known = this.#grads.get(tensor);
    if (known) return { tensor: known, accumulate: true };
    const fresh = this.activation(`d ${tensor.name}`, tensor.shape);
    this.#grads.set(tensor, fresh);
    return { tensor: fresh, accumulate: false };
  }

  /** Lets `grad` be the gradient of `tensor`: computed in place, or handed on by a residual branch. */
  setGrad(tensor: Tensor, grad: Tensor): void {
    invariant(!this.#grads.has(tensor), `no gradient of ${tensor.name} came before`);
    this.#grads.set(tensor, grad);
  }

  /** Emits the backward instructions of everything recorded since the last call, last first. */
  backward(): void {
    for (let closure = this.#tape.pop(); closure; closure = this.#tape.pop()) closure();
  }

  /** Runs `fn` with a tape of its own, so that a `backward` within ends where `fn` began. */
  scoped<T>(fn: () => T): T {
    const outer = this.#tape;
    this.#tape = [];
    try {
      return fn();
    } finally {
      this.#tape = outer;
    }
  }

  /**
   * Gradient checkpointing (Chen et al., 2016): nothing of `block` is kept but its input; the backward
   * pass emits the block again before its gradients.
   */
  checkpoint(input: Tensor, block: (input: Tensor) => Tensor): Tensor {
    const result = this.scoped(() => block(input));
    // A block's tensors know by themselves whether they need gradients; only the tape is dropped.
    this.onBackward(result, (grad) => {
      this.scoped(() => {
        this.setGrad(block(input), grad);
        this.backward();
      });
    });
    return result;
  }

  /** The finished plan: dead instructions removed, storage assigned. */
  finish(): Plan {
    invariant(this.#tape.length === 0, "backward has been called");
    const ops = removeDeadOps(this.#ops);
    const used = new Set(ops.flatMap((op) => [...op.reads, ...op.writes]));
    const tensors = this.#tensors.filter((tensor) => used.has(tensor));
    return { ops, tensors, ...assignSlots(ops) };
  }

  #add(tensor: Omit<Tensor, "id">): Tensor {
    const added = { ...tensor, id: this.#tensors.length };
    this.#tensors.push(added);
    return added;
  }
}
