import type {
  AbiEvent,
  AbiParameter,
  ContractEventName,
  DecodeEventLogReturnType,
  Hex,
} from "viem";
import { decodeAbiParameters, toEventSelector } from "viem";
import { CONTRACT_ABIS, type ContractKind } from "./contracts.ts";
import type { ChainLog } from "./log.ts";

/** A decoded event of a kind of contract: `eventName` and its named `args`. */
export type EventOf<Kind extends ContractKind> = DecodeEventLogReturnType<
  (typeof CONTRACT_ABIS)[Kind],
  ContractEventName<(typeof CONTRACT_ABIS)[Kind]>
>;

interface Shape {
  name: string;
  indexed: readonly AbiParameter[];
  rest: readonly AbiParameter[];
}

type Value = unknown;

// Hashing signatures for each log, as viem's decoder does, would cost more than all the rest.
const SHAPES: Readonly<Record<ContractKind, ReadonlyMap<Hex, Shape>>> = {
  registry: shapesOf(CONTRACT_ABIS.registry),
  splitter: shapesOf(CONTRACT_ABIS.splitter),
  licences: shapesOf(CONTRACT_ABIS.licences),
  channel: shapesOf(CONTRACT_ABIS.channel),
  provers: shapesOf(CONTRACT_ABIS.provers),
  jury: shapesOf(CONTRACT_ABIS.jury),
  dao: shapesOf(CONTRACT_ABIS.dao),
  shares: shapesOf(CONTRACT_ABIS.shares),
  governor: shapesOf(CONTRACT_ABIS.governor),
  timelock: shapesOf(CONTRACT_ABIS.timelock),
};

function shapesOf(abi: readonly { readonly type: string }[]): ReadonlyMap<Hex, Shape> {
  const shapes = new Map<Hex, Shape>();
  for (const item of abi) {
    if (!isEvent(item)) continue;
    shapes.set(toEventSelector(item), {
      name: item.name,
      indexed: item.inputs.filter(({ indexed }) => indexed === true),
      rest: item.inputs.filter(({ indexed }) => indexed !== true),
    });
  }
  return shapes;
}

function isEvent(item: { readonly type: string }): item is AbiEvent {
  return item.type === "event";
}

/**
 * Decodes a log by the ABI of the contract that wrote it. All indexed parameters of the contracts are
 * of value types, so that topics hold the values themselves.
 *
 * @returns null when the ABI has no such event, or topics or data do not fit it
 */
export function decodeLog<Kind extends ContractKind>(
  kind: Kind,
  log: Pick<ChainLog, "topics" | "data">,
): EventOf<Kind> | null {
  const [selector, ...topics] = log.topics;
  const shape = selector === undefined ? undefined : SHAPES[kind].get(selector);
  if (shape === undefined || topics.length !== shape.indexed.length) return null;
  const args: Record<string, Value> = {};
  try {
    shape.indexed.forEach((input, place) => {
      args[input.name ?? ""] = decodeAbiParameters([input], topics[place])[0];
    });
    if (shape.rest.length > 0) {
      const values: readonly Value[] = decodeAbiParameters(shape.rest, log.data);
      shape.rest.forEach((input, place) => {
        args[input.name ?? ""] = values[place];
      });
    }
  } catch {
    return null;
  }
  const event = { eventName: shape.name, args };
  return isOf(kind, event) ? event : null;
}

/** Decoded by the shapes of the kind, it has the type that the same ABI gives. */
function isOf<Kind extends ContractKind>(
  _kind: Kind,
  event: { eventName: string; args: unknown },
): event is EventOf<Kind> & typeof event {
  return event.eventName !== "";
}
