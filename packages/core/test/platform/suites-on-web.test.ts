/** The verifier's own suites once more, with the browser's platform in place of Node's: what they prove of one they prove of both. */
import { expect, it, vi } from 'vitest'
import { readBase64 } from '#base64'
import { sha256, verifyWithKey } from '#platform'
import * as webBase64 from '../../src/platform/base64-web.ts'
import * as web from '../../src/platform/web.ts'

// Arithmetic without OpenSSL takes its time.
vi.setConfig({ testTimeout: 120_000 })
vi.mock(import('../../src/platform/node.ts'), () => import('../../src/platform/web.ts'))
vi.mock(import('../../src/platform/base64-node.ts'), () => import('../../src/platform/base64-web.ts'))

import '../encoding.test.ts'
import '../key/public-key.test.ts'
import '../log/conformance.test.ts'
import '../time/conformance.test.ts'
import '../time/openssl.test.ts'
import '../time/verify-timestamp.test.ts'
import '../trust/certificate-chain.test.ts'
import '../trust/certificate-form.test.ts'
import '../trust/name-constraints.test.ts'
import '../trust/timestamp-authority.test.ts'
import '../trust/trusted-root.test.ts'
import '../verify/certificate-signer.test.ts'
import '../verify/cosign-bundles.test.ts'
import '../verify/fulcio-signer.test.ts'
import '../verify/log-attacks.test.ts'
import '../verify/verify-bundle.test.ts'

it('runs on the platform of a browser', () => {
  expect(verifyWithKey).toBe(web.verifyWithKey)
  expect(sha256).toBe(web.sha256)
  expect(readBase64).toBe(webBase64.readBase64)
})
