/** The part of WebAssembly used here, declared because the compiler's own declarations come only with a browser. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KiB; earlier views of the buffer end. */
  grow(pages: number): number;
}

interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const api = Reflect.get(globalThis, "WebAssembly") as WebAssemblyApi;

export const PAGE_BYTES = 65_536;

/** A memory of `pages` pages of 64 KiB, all zero; one that cannot grow keeps every view of it valid. */
export function allocateMemory(pages: number, { grows }: { readonly grows: boolean }): WasmMemory {
  return new api.Memory(grows ? { initial: pages } : { initial: pages, maximum: pages });
}

/** Compiles `bytes` and binds it to `memory`; the caller vouches for the types of the exports. */
export function instantiate<Exports extends object>(bytes: Uint8Array<ArrayBuffer>, memory: WasmMemory): Exports {
  const instance = new api.Instance(new api.Module(bytes), { env: { memory } });
  return instance.exports as Exports;
}
