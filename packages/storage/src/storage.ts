/** Files by content: the key of some bytes is their SHA-256 in hexadecimal, so equal bytes are stored once. */
export interface Storage {
  /** Stores the bytes durably and returns their key. STORAGE_UNAVAILABLE when they cannot be kept. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes, verified against the key. NOT_FOUND when absent; STORAGE_UNAVAILABLE when unreadable or altered. */
  get(key: string): Promise<Uint8Array>;
  has(key: string): Promise<boolean>;
  /** Removes the file; removing an absent one is fine. */
  remove(key: string): Promise<void>;
}
