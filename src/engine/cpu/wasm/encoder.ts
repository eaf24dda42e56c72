/**
 * Writes WebAssembly modules (WebAssembly Core Specification 2.0, section 5: binary format), so that
 * the kernels need no build step and can be specialised when the engine starts.
 */

/** Bytes of a piece of code or of a section. */
export type Bytes = readonly number[];

/** Magic number and version 1. */
const PREAMBLE: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof F32 | typeof F64 | typeof V128;

/** One exported function. `locals` are numbered after the parameters. */
export interface FunctionSpec {
  name: string;
  params: readonly ValueType[];
  results: readonly ValueType[];
  locals: readonly ValueType[];
  body: Bytes;
}

/** Unsigned LEB128 of an integer in [0, 2^32). */
export function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return out;
}

/** Signed LEB128 of an integer in [−2^31, 2^31). */
export function signed(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    out.push(done ? byte : byte | 0x80);
    if (done) return out;
  }
}

function vector(items: readonly Bytes[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, content: Bytes): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function functionBody(spec: FunctionSpec): number[] {
  const locals = spec.locals.map((type) => [1, type]);
  const content = [...vector(locals), ...spec.body, 0x0b];
  return [...unsigned(content.length), ...content];
}

/** A module that imports `env.memory` (at most `maximumPages` of 64 KiB) and exports `functions`. */
export function encodeModule(
  functions: readonly FunctionSpec[],
  maximumPages: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    ...unsigned(f.params.length),
    ...f.params,
    ...unsigned(f.results.length),
    ...f.results,
  ]);
  const memory = [...text("env"), ...text("memory"), 2, 1, 0, ...unsigned(maximumPages)];
  const exported = functions.map((f, index) => [...text(f.name), 0, ...unsigned(index)]);
  return Uint8Array.from([
    ...PREAMBLE,
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exported)),
    ...section(10, vector(functions.map(functionBody))),
  ]);
}
