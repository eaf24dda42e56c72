import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useChain } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { registrationQuery } from "@/chain/queries/registration.ts";
import { newRegistration, nextRegistration } from "@/chain/registration/registration.ts";
import type { Holder } from "@/chain/registration/findCommitment.ts";
import type { RegistrationEvent, RegistrationSnapshot } from "@/chain/registration/registration.ts";
import { stepOf } from "@/chain/registration/steps.ts";
import type { RegistrationStep } from "@/chain/registration/steps.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import { saveRegistration } from "./saveRegistration.ts";

/** A run on its way to the market, with everything a step's screen needs. */
export interface OpenRegistration {
  record: RunRecord;
  commitment: RunCommitment;
  registration: Registration;
  deployment: Deployment;
  /** Null until the chain was asked. */
  step: RegistrationStep | null;
  head: number;
  /** Who decides about the model; null while there is none. */
  holder: Holder | null;
  beaconLost: boolean;
  /** Why the chain, or this device's storage, could not be asked. */
  error: unknown;
  dispatch: (event: RegistrationEvent) => void;
}

/** Follows a run's registration and keeps every change of it in the run's record. */
export function useRegistration(record: RunRecord, commitment: RunCommitment): OpenRegistration {
  const { config, deployments, deployment: current } = useChain();
  const [registration, setRegistration] = useState(() => start(record, commitment, current));
  const [storageError, setStorageError] = useState<unknown>(null);
  const deployment = deployments.find(({ chainId }) => chainId === registration.chainId) ?? current;

  const dispatch = useCallback((event: RegistrationEvent) => {
    setRegistration((before) => nextRegistration(before, event));
  }, []);
  const draftSaved = useRef(record.registration?.draft);
  useEffect(() => {
    if (registration === record.registration) return;
    const edited = registration.draft !== draftSaved.current;
    draftSaved.current = registration.draft;
    saveRegistration(record.id, registration, edited).then(
      () => setStorageError(null),
      setStorageError,
    );
  }, [registration, record.id, record.registration]);

  const reading = useQuery({
    ...registrationQuery(config, deployment, commitment, registration),
    placeholderData: keepPreviousData,
  });
  const { data } = reading;
  const told = data === undefined ? registration : hear(registration, data.snapshot);
  // Same object when nothing is new, so that this comes to rest.
  if (told !== registration) setRegistration(told);
  return {
    record,
    commitment,
    registration,
    deployment,
    step: data === undefined ? null : stepOf(registration, record, data.head),
    head: data?.head ?? 0,
    holder: data?.holder ?? null,
    beaconLost: data?.beaconLost ?? false,
    error: storageError ?? reading.error,
    dispatch,
  };
}

function hear(registration: Registration, snapshot: RegistrationSnapshot | null): Registration {
  const event: RegistrationEvent =
    snapshot === null ? { type: "missing" } : { type: "seen", snapshot };
  return nextRegistration(registration, event);
}

/** What was kept, unless nothing of it is on the chain and the wallet has moved to another one. */
function start(record: RunRecord, commitment: RunCommitment, deployment: Deployment): Registration {
  const kept = record.registration;
  const { chainId, contracts } = deployment;
  if (kept?.chainId === chainId && kept.registry === contracts.registry) return kept;
  if (kept?.model != null && kept.chainId !== chainId) return kept;
  const fresh = newRegistration(chainId, contracts.registry, commitment);
  return kept === undefined ? fresh : { ...fresh, draft: kept.draft };
}
