/** What `tooling/build-page.mjs` makes of `src/page` when the package is built. */
export const PAGE_SCRIPT: string
export const PAGE_STYLE: string
/** Licences of the libraries inside the script. */
export const PAGE_NOTICES: string
