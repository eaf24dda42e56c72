import { FormatError } from "../errors.ts";

/** Typed reads of config.json; every error names the field. `null` counts as absent, as in Python. */
export class ConfigFields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  constructor(values: Readonly<Record<string, unknown>>, prefix = "") {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** Own value, with null as undefined. */
  raw(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? (this.#values[key] ?? undefined) : undefined;
  }

  /** True when the key is written, even as null. */
  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** A whole number in [1, max]; the fallback when absent, an error when there is none. */
  count(key: string, max: number, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (value === undefined) throw this.invalid(key, "is missing");
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw this.invalid(key, `must be a whole number of at least 1, not ${show(value)}`);
    }
    if (value > max) throw this.invalid(key, `is ${value}; at most ${max} is possible`);
    return value;
  }

  /** A finite number above 0. */
  positive(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (value === undefined) throw this.invalid(key, "is missing");
    if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
      throw this.invalid(key, `must be a number above 0, not ${show(value)}`);
    }
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    if (typeof value !== "boolean") {
      throw this.invalid(key, `must be true or false, not ${show(value)}`);
    }
    return value;
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === "string") return value;
    throw this.invalid(key, `must be a string, not ${show(value)}`);
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      if (items.every((item) => typeof item === "string")) return items;
    }
    throw this.invalid(key, "must be a list of strings");
  }

  object(key: string): ConfigFields | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isRecord(value)) throw this.invalid(key, `must be an object, not ${show(value)}`);
    return new ConfigFields(value, `${this.#prefix}${key}.`);
  }

  keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  invalid(key: string, why: string): FormatError {
    return new FormatError(
      "CONFIG_INVALID",
      `config.json: ${this.#prefix}${key} ${why}.`,
      "Take config.json from where the model was published, or save the model again.",
    );
  }

  unsupported(key: string, why: string, hint: string): FormatError {
    return new FormatError(
      "UNSUPPORTED_CONFIG",
      `config.json: ${this.#prefix}${key} ${why}.`,
      hint,
    );
  }
}

/** A value for a message, cut short. */
export function show(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
