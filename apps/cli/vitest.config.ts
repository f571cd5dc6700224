import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.config.ts'

// Every test starts real processes, often beside a JVM suite on the same two cores.
export default mergeConfig(shared, { test: { testTimeout: 60_000 } })
