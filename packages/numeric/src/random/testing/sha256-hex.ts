/** What Web Crypto is here; this package compiles without the types of any platform. */
interface Platform {
  readonly crypto: { readonly subtle: { digest(algorithm: "SHA-256", data: ArrayBufferView): Promise<ArrayBuffer> } };
}

/** SHA-256 of the bytes of an array, in lower-case hexadecimal. */
export async function sha256Hex(values: Float32Array): Promise<string> {
  const { crypto } = globalThis as unknown as Platform;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", values));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
