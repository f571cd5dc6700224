import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

// Real servers and cosign's own start-up, on two cores.
export default mergeConfig(shared, { test: { testTimeout: 60_000, hookTimeout: 60_000 } })
