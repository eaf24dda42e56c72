import { AppError, isAbort, throwIfAborted } from "@/lib/errors.ts";
import { connect } from "@/rpc/connect.ts";
import { diffStates } from "../indexer/patch.ts";
import type { BridgeProtocol, ChainProtocol, FollowEvent } from "../indexer/protocol.ts";
import { emptyState } from "../indexer/state.ts";
import { ChainReader, type ReaderProgress } from "../indexer/sync/chainReader.ts";
import { httpRequest } from "../indexer/sync/httpRequest.ts";
import { IndexerError } from "../indexer/sync/indexerError.ts";
import { jsonRpcNode, type ChainNode } from "../indexer/sync/node.ts";
import { dropKept, loadKept, saveKept } from "./checkpointStore.ts";
import type { Pause } from "./pause.ts";

const SAVE_EVERY_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

type Params = ChainProtocol["follow"]["params"];

/**
 * Follows a deployment until aborted: goes on from the stored checkpoint, tells every change as a
 * patch, stores checkpoints, and tries again after failures, waiting longer each time.
 */
export async function followChain(
  { target, node: where, pollMs }: Params,
  emit: (event: FollowEvent) => void,
  pause: Pause,
  signal: AbortSignal,
): Promise<null> {
  const node = openNode(where);
  let reader = new ChainReader(node, target, await loadKept(target));
  let told = emptyState(target.contracts);
  let saved = reader.block;
  let savedAt = 0;
  let failures = 0;

  const tell = ({ state, block, head }: ReaderProgress): void => {
    const patch = diffStates(told, state);
    told = state;
    if (patch.length > 0) emit({ type: "patch", patch, block, head });
    else emit({ type: "progress", block, head });
  };
  const save = async (isAtHead: boolean): Promise<void> => {
    if (reader.block === saved || (!isAtHead && Date.now() - savedAt < SAVE_EVERY_MS)) return;
    saved = reader.block;
    savedAt = Date.now();
    await saveKept(target, reader.kept);
  };

  for (;;) {
    throwIfAborted(signal);
    try {
      let saving: Promise<void> = Promise.resolve();
      await reader.sync((progress) => {
        tell(progress);
        saving = save(false);
      }, signal);
      await saving;
      await save(true);
      failures = 0;
    } catch (error) {
      if (isAbort(error)) throw error;
      failures += 1;
      emit({ type: "problem", ...describe(error) });
      if (!(error instanceof AppError)) {
        // A stored state that the reducer stumbles over is not worth keeping.
        await dropKept(target);
        reader = new ChainReader(node, target);
      }
    }
    const wait = failures === 0 ? pollMs : Math.min(pollMs * 2 ** failures, LONGEST_PAUSE_MS);
    await pause.wait(wait, signal);
  }
}

function openNode(where: Params["node"]): ChainNode {
  if ("url" in where) return jsonRpcNode(httpRequest(where.url));
  const bridge = connect<BridgeProtocol>(where.port);
  return jsonRpcNode(async (method, params, signal) => {
    try {
      return await bridge.call("request", { method, params }, signal ? { signal } : {});
    } catch (error) {
      if (isAbort(error)) throw error;
      if (error instanceof AppError && /WALLET|NETWORK/.test(error.code)) {
        throw new IndexerError("NODE_UNREACHABLE", error.message, { cause: error });
      }
      throw error;
    }
  });
}

function describe(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    return { code, message, hint };
  }
  return {
    code: "INTERNAL",
    message: "The chain's events could not be read.",
    hint: "They are read again from the beginning.",
  };
}
