import { dropKept } from "@/chain/follow/checkpointStore.ts";
import { followChain } from "@/chain/follow/followChain.ts";
import { Pause } from "@/chain/follow/pause.ts";
import type { ChainProtocol } from "@/chain/indexer/protocol.ts";
import { serve } from "@/rpc/serve.ts";

const pause = new Pause();

serve<ChainProtocol>(
  {
    follow: (params, { signal, emit }) => followChain(params, emit, pause, signal),
    poll: () => {
      pause.end();
      return null;
    },
    forget: async ({ target }) => {
      await dropKept(target);
      return null;
    },
  },
  self,
);
