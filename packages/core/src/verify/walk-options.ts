import type { Policy } from '../policy/index.ts'
import type { Store } from '../store/store.ts'
import type { ChainLimits } from './chain-limits.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

export interface WalkOptions {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  readonly skewMs: number
  /** Who may speak for which name. Default: everybody whom `trust` believes, for every name. */
  readonly policy?: Policy | undefined
  readonly limits?: ChainLimits
}
