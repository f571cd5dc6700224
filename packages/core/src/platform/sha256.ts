/** SHA-256 over bytes that arrive in parts; `digest` ends it. */
export interface Sha256 {
  update(bytes: Uint8Array): void
  digest(): Uint8Array
}
