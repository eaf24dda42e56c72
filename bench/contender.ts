/** An engine that trains the model of a case. */
export interface Contender {
  /** "Signet WebGPU" and so on. */
  readonly name: string;
  /** Where it runs, for people. */
  readonly device: string;
  /** The device whose buffers are counted; undefined for engines on the processor. */
  readonly gpu: GPUDevice | undefined;
  /** One whole step, weights updated on the device when it resolves. @returns the loss before it */
  step(): Promise<number>;
  /** Most bytes of GPU memory by the engine's own account, where it keeps one. */
  ownPeakBytes?(): number;
  /** Milliseconds of one step per kind of work, where the engine can tell. */
  profile?(): Promise<Map<string, number>>;
}
