export const CHROMIUM_ARGS: string[];
export function findInstalledChromium(): string | undefined;
export function ensureChromium(): Promise<string>;
