import { AppError } from "@/lib/errors.ts";
import { RemoteError } from "./errors.ts";
import type { WireError } from "./protocols.ts";

const MAX_CAUSES = 8;
const MAX_MESSAGE_LENGTH = 500;
const INTERNAL_HINT =
  "Try again after reloading the page. If it happens again, report this message: it is a fault of the program.";

/**
 * Describes an error so that it survives structured cloning: class name, code, hint and the messages
 * of the cause chain are kept, stacks are not.
 */
export function toWire(error: unknown): WireError {
  const causes = causeMessages(error);
  if (error instanceof AppError) {
    return {
      name: error.name,
      code: error.code,
      message: clip(error.message),
      hint: error.hint,
      details: error.details ?? null,
      causes: error instanceof RemoteError ? [...error.causes, ...causes] : causes,
    };
  }
  const name = error instanceof Error || error instanceof DOMException ? error.name : "Error";
  return {
    name,
    code: name === "AbortError" ? "ABORTED" : "INTERNAL",
    message: clip(messageOf(error)),
    hint: name === "AbortError" ? "" : INTERNAL_HINT,
    details: null,
    causes,
  };
}

/** The error that `toWire` described: an AbortError stays one, everything else is a `RemoteError`. */
export function fromWire(wire: WireError): Error {
  if (wire.name === "AbortError") return new DOMException(wire.message, "AbortError");
  return new RemoteError(wire);
}

function causeMessages(error: unknown): string[] {
  const messages: string[] = [];
  let current = error instanceof Error ? error.cause : undefined;
  while (current !== undefined && current !== null && messages.length < MAX_CAUSES) {
    messages.push(clip(messageOf(current)));
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages;
}

function messageOf(error: unknown): string {
  if (error instanceof Error || error instanceof DOMException) return error.message || error.name;
  return typeof error === "string" ? error : "An unknown error was thrown.";
}

function clip(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH
    ? `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…`
    : message;
}
