import type { SessionProtocol } from "@/rpc/sessionProtocol.ts";
import {
  adoptPermission,
  closeSession,
  createSession,
  forgetSession,
  listSessions,
  makeCall,
  refreshSession,
} from "@/jobs/session/sessionJobs.ts";
import { serve } from "@/rpc/serve.ts";

// Session keys are made, kept and used here, and no message holds one.
serve<SessionProtocol>(
  {
    create: ({ domain }) => createSession(domain),
    adopt: ({ permission }, context) => adoptPermission(permission, context),
    list: ({ domain }) => listSessions(domain),
    call: (params, context) => makeCall(params, context),
    refresh: (params, context) => refreshSession(params, context),
    close: (params, context) => closeSession(params, context),
    forget: ({ key }, context) => forgetSession(key, context),
  },
  self,
);
