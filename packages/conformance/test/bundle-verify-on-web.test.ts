/** The suite's cases once more, with the browser's platform in place of Node's. */
import { vi } from 'vitest'

// Arithmetic without OpenSSL takes its time.
vi.setConfig({ testTimeout: 120_000 })
vi.mock(import('../../core/src/platform/node.ts'), () => import('../../core/src/platform/web.ts'))

import './bundle-verify.test.ts'
