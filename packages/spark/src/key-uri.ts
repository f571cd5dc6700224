const NAME = '[A-Za-z0-9_][A-Za-z0-9._:-]{0,127}'
const GCP = `projects/${NAME}/locations/${NAME}/keyRings/${NAME}/cryptoKeys/${NAME}`

/** What the agent's own parsers take, provider by provider. @see FORMATS §6 Key URIs */
const FORMS: readonly RegExp[] = [
  /^file:./,
  /^awskms:\/\/[^/]*\/[A-Za-z0-9:/_-]{1,2048}$/,
  /^kms:\/\/aws\/[A-Za-z0-9:/_-]{1,2048}$/,
  new RegExp(`^gcpkms://${GCP}(/(cryptoKeyVersions|versions)/[0-9]{1,9})?$`),
  /^azurekms:\/\/[^/]+\/[0-9A-Za-z-]{1,127}(\/[0-9a-f]{32})?$/,
  /^hashivault:\/\/[A-Za-z0-9_]([A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?$/,
]

/** Another host would be handed a token that opens the vaults. Loopback is for tests of one's own. */
const VAULT =
  /^(?:[a-z0-9-]{1,63}\.(?:vault\.azure\.(?:net|cn)|vault\.usgovcloudapi\.net|managedhsm\.azure\.net)|(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?)$/i

/** Whether the Spark agent opens keys of this form: files, the clouds' key services, Vault. */
export function isAgentKeyUri(uri: string): boolean {
  const host = /^azurekms:\/\/([^/]+)/.exec(uri)?.[1]
  return FORMS.some((form) => form.test(uri)) && (host === undefined || VAULT.test(host))
}
