import {
  blockUntilReady,
  defaultDevice,
  getWebGPUDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import type { BenchCase } from "./benchModels.ts";
import type { Contender } from "./contender.ts";

type Arrays = Record<string, np.Array>;

/** The same training step in jax-js, on WebGPU or in WebAssembly. */
export async function jaxContender(
  bench: BenchCase,
  device: "webgpu" | "wasm",
): Promise<Contender> {
  const available = await init(device);
  if (!available.includes(device)) throw new Error(`jax-js offers no ${device}`);
  defaultDevice(device);
  const { tokens, targets, model, hyper } = bench;
  const { batch, seq } = model;
  const shaped = (values: Float32Array | Int32Array, shape: readonly number[]) =>
    np.array(values.slice()).reshape([...shape]);

  let weights: Arrays = {};
  for (const [name, { shape, values }] of bench.weights) weights[name] = shaped(values, shape);
  let m: Arrays = tree.map((x: np.Array) => np.zerosLike(x), tree.ref(weights));
  let v: Arrays = tree.map((x: np.Array) => np.zerosLike(x), tree.ref(weights));
  const table = ropeTables(bench);
  const inputs = {
    tokens: shaped(tokens, [batch, seq]),
    targets: shaped(targets, [batch * seq, 1]),
    cos: shaped(table.cos, [1, seq, 1, model.config.headDim / 2]),
    sin: shaped(table.sin, [1, seq, 1, model.config.headDim / 2]),
  };
  const gradient = jit((params: Arrays, given: Arrays) =>
    valueAndGrad((at: Arrays, fixed: Arrays) => lossOf(bench, at, fixed))(params, given),
  );
  const update = adamw(bench);
  const gpu = device === "webgpu" ? getWebGPUDevice() : undefined;
  let steps = 0;
  return {
    name: device === "webgpu" ? "jax-js WebGPU" : "jax-js WebAssembly",
    device: device === "webgpu" ? "WebGPU" : wasmThreads(),
    gpu,
    async step() {
      defaultDevice(device);
      steps++;
      const [loss, grads] = gradient(tree.ref(weights), tree.ref(inputs));
      const c1 = np.array(1 / (1 - hyper.beta1 ** steps));
      const c2 = np.array(1 / (1 - hyper.beta2 ** steps));
      [weights, m, v] = update(weights, m, v, grads, c1, c2);
      const [value] = await loss.data();
      await blockUntilReady(weights);
      await gpu?.queue.onSubmittedWorkDone();
      return value;
    },
  };
}

function wasmThreads(): string {
  const threads = typeof SharedArrayBuffer === "undefined" ? 1 : navigator.hardwareConcurrency;
  return `WebAssembly SIMD, up to ${threads} threads`;
}

function ropeTables({ model }: BenchCase): { cos: Float32Array; sin: Float32Array } {
  const { headDim, ropeTheta } = model.config;
  const half = headDim / 2;
  const angles = Array.from({ length: model.seq * half }, (_, i) => {
    return Math.floor(i / half) * ropeTheta ** ((-2 * (i % half)) / headDim);
  });
  return { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
}

/** Mean cross-entropy of a Llama decoder; arrays are consumed, as everywhere in jax-js. */
function lossOf({ model }: BenchCase, params: Arrays, inputs: Arrays): np.Array {
  const { config, batch, seq } = model;
  const { layerCount, headCount, kvHeadCount, headDim, rmsNormEps, vocabSize } = config;
  const { tokens, targets, cos, sin } = inputs;
  const rows = batch * seq;

  const norm = (x: np.Array, gain: np.Array) => {
    const meanSquare = np.mean(x.ref.mul(x.ref), -1, { keepdims: true });
    return x.div(np.sqrt(meanSquare.add(rmsNormEps))).mul(gain);
  };
  const linear = (x: np.Array, weight: np.Array) => np.dot(x, weight.transpose());
  const rotate = (x: np.Array) => {
    const [a, b] = np.split(x, 2, -1);
    const low = a.ref.mul(cos.ref).sub(b.ref.mul(sin.ref));
    return np.concatenate([low, b.mul(cos.ref).add(a.mul(sin.ref))], -1);
  };

  let x = np.take(params["model.embed_tokens.weight"].ref, tokens, 0);
  for (let layer = 0; layer < layerCount; layer++) {
    const weight = (name: string) => params[`model.layers.${layer}.${name}.weight`];
    const h = norm(x.ref, weight("input_layernorm"));
    const heads = (name: string, from: np.Array, count: number) =>
      linear(from, weight(`self_attn.${name}`)).reshape([batch, seq, count, headDim]);
    const q = rotate(heads("q_proj", h.ref, headCount));
    const k = rotate(heads("k_proj", h.ref, kvHeadCount));
    const mixed = nn.dotProductAttention(q, k, heads("v_proj", h, kvHeadCount), {
      isCausal: true,
    });
    const flat = mixed.reshape([batch, seq, headCount * headDim]);
    x = x.add(linear(flat, weight("self_attn.o_proj")));
    const g = norm(x.ref, weight("post_attention_layernorm"));
    const gate = nn.silu(linear(g.ref, weight("mlp.gate_proj")));
    x = x.add(linear(gate.mul(linear(g, weight("mlp.up_proj"))), weight("mlp.down_proj")));
  }
  cos.dispose();
  sin.dispose();
  const last = norm(x, params["model.norm.weight"]);
  const logits = linear(last, params["model.embed_tokens.weight"]).reshape([rows, vocabSize]);
  const logSum = nn.logsumexp(logits.ref, -1, { keepdims: true });
  return logSum
    .sub(np.takeAlongAxis(logits, targets, -1))
    .mul(1 / rows)
    .sum();
}

/** c1 and c2 are the bias corrections 1/(1−β^t). */
function adamw({ hyper }: BenchCase) {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = hyper;
  return jit((w: Arrays, m: Arrays, v: Arrays, g: Arrays, c1: np.Array, c2: np.Array) => {
    const next: [Arrays, Arrays, Arrays] = [{}, {}, {}];
    for (const name of Object.keys(w)) {
      const first = m[name].mul(beta1).add(g[name].ref.mul(1 - beta1));
      const second = v[name].mul(beta2).add(g[name].ref.mul(g[name]).mul(1 - beta2));
      next[1][name] = first.ref;
      next[2][name] = second.ref;
      const root = np.sqrt(second.mul(c2.ref)).add(epsilon);
      const move = first.mul(c1.ref).div(root).mul(learningRate);
      next[0][name] = w[name].mul(1 - learningRate * weightDecay).sub(move);
    }
    c1.dispose();
    c2.dispose();
    return next;
  });
}
