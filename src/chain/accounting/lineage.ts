import { AppError } from "@/lib/errors.ts";

/** Most parents of a model. */
export const MAX_PARENTS = 4;
/** Most ancestors of a model. */
export const MAX_ANCESTORS = 16;
/** Most that all ancestors of a model get together, in millionths. */
export const MAX_ANCESTOR_PPM = 500_000n;
/** Least cut that is passed on, in millionths; a smaller one stays with the parent. */
export const LEAST_CUT_PPM = 1_000n;
/** All of a model's revenue, in millionths. */
export const WHOLE_PPM = 1_000_000n;

/** A model and its part of another model's revenue, in millionths. */
export interface Ancestor {
  readonly model: bigint;
  readonly ppm: bigint;
}

export type LineageCode = "too-many-parents" | "duplicate-parent" | "share-overflow" | "too-wide";

/** Thrown where the registry would refuse the lineage. */
export class LineageError extends AppError<LineageCode> {}

/**
 * Flattens the edges to a model's parents into who gets which part of its revenue, as the registry
 * does when the model is registered.
 *
 * A parent gets its edge's part P; each of its own ancestors, who get a of the parent's revenue, gets
 * floor(P · a / 1,000,000) out of it, unless that is below 1,000, which the parent keeps. The order is:
 * the parents as given, then the first of each parent's list, then the second of each, and so on; an
 * ancestor on several paths stands at its first place with the sum. Who gets nothing is left out.
 *
 * @param parents edges to the parents, in order, in millionths of the child's revenue
 * @param ancestorsOf flattened lineage of a parent, as the registry returns it
 * @returns at most 16 ancestors, whose shares sum to exactly that of the edges
 * @throws LineageError where the registry reverts
 */
export function flatten(
  parents: readonly Ancestor[],
  ancestorsOf: (model: bigint) => readonly Ancestor[],
): Ancestor[] {
  checkParents(parents);
  const shares = new Map(parents.map(({ model, ppm }) => [model, ppm]));
  const lists = parents.map(({ model }) => ancestorsOf(model));
  const longest = Math.max(0, ...lists.map((list) => list.length));

  for (let place = 0; place < longest; place++) {
    parents.forEach((parent, number) => {
      const far = lists[number].at(place);
      if (!far) return;
      const cut = (parent.ppm * far.ppm) / WHOLE_PPM;
      if (cut < LEAST_CUT_PPM) return;
      shares.set(parent.model, (shares.get(parent.model) ?? 0n) - cut);
      shares.set(far.model, (shares.get(far.model) ?? 0n) + cut);
    });
  }

  const flat = [...shares].map(([model, ppm]) => ({ model, ppm })).filter(({ ppm }) => ppm > 0n);
  if (flat.length > MAX_ANCESTORS) {
    throw new LineageError(
      "too-wide",
      `This model would have ${flat.length} ancestors; ${MAX_ANCESTORS} is the most.`,
      "Name fewer parents, or parents with shorter lineages.",
    );
  }
  return flat;
}

function checkParents(parents: readonly Ancestor[]): void {
  if (parents.length > MAX_PARENTS) {
    throw new LineageError(
      "too-many-parents",
      `A model has at most ${MAX_PARENTS} parents, not ${parents.length}.`,
      "Name only the models it was made from directly.",
    );
  }
  if (new Set(parents.map(({ model }) => model)).size < parents.length) {
    throw new LineageError("duplicate-parent", "A parent is named twice.", "Name each once.");
  }
  const total = parents.reduce((sum, { ppm }) => sum + ppm, 0n);
  if (total > MAX_ANCESTOR_PPM) {
    throw new LineageError(
      "share-overflow",
      "The parents together would get more than half of the revenue.",
      "Lower their shares, or leave out a parent.",
      { details: `${total} of at most ${MAX_ANCESTOR_PPM} millionths` },
    );
  }
}
