import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A timestamp authority of openssl's own making in `folder`: an RSA signer under an EC root. */
export function makeOpensslAuthority(folder: string) {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8', cwd: folder })
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
  }
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384', '-out', 'root.key')
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign']
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    'root.key',
    '-days',
    '2',
    '-subj',
    '/CN=openssl root',
    '-out',
    'root.pem',
    ...authority,
  )
  openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'tsa.key')
  openssl('req', '-new', '-key', 'tsa.key', '-subj', '/CN=openssl tsa', '-out', 'tsa.csr')
  writeFileSync(file('tsa.ext'), 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n')
  const issuer = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial']
  openssl('x509', '-req', '-in', 'tsa.csr', ...issuer, '-days', '1', '-extfile', 'tsa.ext', '-out', 'tsa.pem')
  writeFileSync(file('serial'), '01\n')
  return {
    rootPem: readFileSync(file('root.pem'), 'utf8'),
    stamp(data: Uint8Array, digest: string, certificateId: string): Uint8Array {
      writeFileSync(file('data'), data)
      writeFileSync(file('tsa.cnf'), configuration(digest, certificateId))
      openssl('ts', '-query', '-data', 'data', `-${digest}`, '-cert', '-out', 'query')
      openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply')
      return new Uint8Array(readFileSync(file('reply')))
    },
  }
}

const configuration = (digest: string, certificateId: string) => `[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = ${digest}
default_policy = 1.3.6.1.4.1.32473.2
digests = sha256,sha384,sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = ${certificateId}
`
