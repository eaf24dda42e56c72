import { buildCsr } from "../tape/csr.ts";
import type { Backend } from "../tape/ir.ts";
import type { MicroBatch } from "./batching.ts";
import type { Program, ProgramChunk } from "./programs.ts";

export interface CompiledProgram {
  program: Program;
  compiled: unknown;
}

/**
 * Writes a micro-batch into the inputs of a program, runs it and reads the results.
 * @param fill writes what the mode needs besides tokens and rows, for every chunk
 * @returns the result of every chunk, in order
 */
export async function runProgram(
  backend: Backend,
  { program, compiled }: CompiledProgram,
  micro: MicroBatch,
  fill: (chunk: ProgramChunk) => void,
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { tokens, tokensCsr } = program.inputs;
  backend.write(
    compiled,
    tokens,
    micro.tokens.map((id) => Math.max(id, 0)),
  );
  if (tokensCsr) backend.write(compiled, tokensCsr, buildCsr(micro.tokens));
  for (const chunk of program.chunks) {
    const index = new Int32Array(chunk.count).fill(-1);
    index.set(micro.gather.subarray(chunk.first, chunk.first + chunk.count));
    backend.write(compiled, chunk.index, index);
    if (chunk.indexCsr) backend.write(compiled, chunk.indexCsr, buildCsr(index));
    fill(chunk);
  }
  await backend.run(compiled, signal);
  return Promise.all(program.chunks.map((chunk) => backend.read(compiled, chunk.result)));
}
