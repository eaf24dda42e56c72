import { ChallengeDesk, openChallengeFile } from "@/jobs/challengeDesk.ts";
import { askHostJob } from "@/jobs/hosts/askHostJob.ts";
import {
  exportOwnIdentity,
  forgetIdentity,
  importOwnIdentity,
  makeIdentity,
  ownRecipient,
} from "@/jobs/proverIdentity.ts";
import type { ChallengeProtocol } from "@/rpc/challengeProtocol.ts";
import { serve } from "@/rpc/serve.ts";

const desk = new ChallengeDesk();

serve<ChallengeProtocol>(
  {
    identity: async () => {
      const recipient = await ownRecipient();
      return recipient === null ? null : { recipient };
    },
    createIdentity: async () => ({ recipient: await makeIdentity() }),
    exportIdentity: async ({ passphrase }) => ({ text: await exportOwnIdentity(passphrase) }),
    importIdentity: async ({ text, passphrase }) => ({
      recipient: await importOwnIdentity(text, passphrase),
    }),
    forgetIdentity: async () => {
      await forgetIdentity();
      return null;
    },
    openBank: ({ source, passphrase, registry }, { signal }) =>
      desk.open(source, passphrase, registry, signal),
    closeBank: () => {
      desk.close();
      return null;
    },
    burnPairs: (params, { signal }) => desk.burn(params, signal),
    packChallenge: ({ entry, recipient, saved }) => desk.pack(entry, recipient, saved),
    openChallenge: ({ file, registry }) => openChallengeFile(file, registry),
    askHost: (params, { signal, emit }) => askHostJob(params, signal, emit),
  },
  self,
);
