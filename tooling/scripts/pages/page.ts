/** A page under `docs/` that is made from code: a test compares, `npm run fixtures` writes. */
export interface Page {
  /** Below `docs/`. */
  readonly file: string
  readonly text: string
}
