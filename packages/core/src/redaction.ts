const HIDDEN = '[hidden]'

/** Longer text is cut before it is searched, so that hostile input cannot make the expressions slow. */
const MAX_LENGTH = 16_384

/**
 * Replaces what must not reach a log: private keys, credentials in URLs, values of secret-looking settings, bearer
 * tokens. Prefers hiding too much; an Azure `container@account` is no credential and stays.
 */
export function redactSecrets(text: string): string {
  let clean = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement)
  return clean
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, `${HIDDEN} private key`],
  // user:password@ — the password may hold a slash, as AWS secrets do; `:8020/` is a port.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:(?!\d+(?:\/|\s|$))[^\s@]*@/gi, `$1${HIDDEN}@`],
  [/\b((?!abfss?:|wasbs?:)[a-z][a-z0-9+.-]*:\/\/)(?!\[hidden\])[^\s/@:]+@/gi, `$1${HIDDEN}@`],
  [
    /((?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|account[-_.]?key|private[-_.]?key|sig(?:nature)?|credential)[\w.-]{0,64}["']?\s{0,4}=\s{0,4})(?:"[^"]*"|'[^']*'|[^\s&,;"']+)/gi,
    `$1${HIDDEN}`,
  ],
  [/((?:passw(?:or)?d|passphrase|secret)["']?\s{0,4}:\s{0,4})(?:"[^"]*"|'[^']*'|[^\s&,;"']+)/gi, `$1${HIDDEN}`],
  [/("[\w.-]{0,64}(?:token|key|sig)"\s{0,4}:\s{0,4})"[^"]*"/gi, `$1"${HIDDEN}"`],
  [/\b(authorization["']?\s{0,4}:\s{0,4})[^\r\n]+/gi, `$1${HIDDEN}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\b(?:dapi[0-9a-f]{32}|gh[opsu]_[A-Za-z0-9]{20,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)/g, HIDDEN],
]
