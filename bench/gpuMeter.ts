interface Account {
  adapter: string;
  liveBytes: number;
  peakBytes: number;
}

export interface GpuCounts {
  dispatches: number;
  submits: number;
}

/**
 * Counts what pages ask of WebGPU by wrapping its methods: bytes of buffers created and not yet
 * destroyed per device, and dispatches and submits of the whole page. One for all engines, so that
 * all are counted alike. Freed by `destroy` only: what is left to garbage collection counts as held.
 */
export class GpuMeter {
  readonly #accounts = new Map<GPUDevice, Account>();
  readonly #holders = new WeakMap<GPUBuffer, Account>();
  #counts: GpuCounts = { dispatches: 0, submits: 0 };

  /** Wraps the methods; to be called once, before any device is opened. */
  install(): void {
    this.#countDevices();
    this.#countBuffers();
    this.#countCommands();
  }

  counts(): GpuCounts {
    return { ...this.#counts };
  }

  peakBytes(device: GPUDevice): number {
    return this.#account(device).peakBytes;
  }

  adapter(device: GPUDevice): string {
    return this.#account(device).adapter;
  }

  #account(device: GPUDevice): Account {
    let account = this.#accounts.get(device);
    if (account === undefined) {
      account = { adapter: "", liveBytes: 0, peakBytes: 0 };
      this.#accounts.set(device, account);
    }
    return account;
  }

  #countDevices(): void {
    const account = (device: GPUDevice) => this.#account(device);
    wrap(GPUAdapter.prototype, "requestDevice", (original) => {
      return async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
        const device = await original.call(this, descriptor);
        const { vendor, architecture, device: model, description } = this.info;
        const words = [vendor, architecture, model, description].filter(Boolean);
        account(device).adapter = words.join(" ");
        return device;
      };
    });
  }

  #countBuffers(): void {
    const account = (device: GPUDevice) => this.#account(device);
    const holders = this.#holders;
    wrap(GPUDevice.prototype, "createBuffer", (original) => {
      return function (this: GPUDevice, descriptor: GPUBufferDescriptor) {
        const buffer = original.call(this, descriptor);
        const holder = account(this);
        holders.set(buffer, holder);
        holder.liveBytes += buffer.size;
        holder.peakBytes = Math.max(holder.peakBytes, holder.liveBytes);
        return buffer;
      };
    });
    wrap(GPUBuffer.prototype, "destroy", (original) => {
      return function (this: GPUBuffer) {
        const holder = holders.get(this);
        if (holder !== undefined) holder.liveBytes -= this.size;
        holders.delete(this);
        return original.call(this);
      };
    });
  }

  #countCommands(): void {
    const counts = this.#counts;
    wrap(GPUQueue.prototype, "submit", (original) => {
      return function (this: GPUQueue, buffers: Iterable<GPUCommandBuffer>) {
        counts.submits++;
        return original.call(this, buffers);
      };
    });
    wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", (original) => {
      return function (this: GPUComputePassEncoder, x: number, y?: number, z?: number) {
        counts.dispatches++;
        return original.call(this, x, y, z);
      };
    });
  }
}

function wrap<T, Name extends keyof T>(
  prototype: T,
  name: Name,
  around: (original: T[Name]) => T[Name],
): void {
  prototype[name] = around(prototype[name]);
}
