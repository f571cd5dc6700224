import { config } from 'zod'

// The page's policy forbids making code out of text, and zod asking whether it may is already a violation. Schemas ask when
// they are made, so this stands before every import that makes one.
config({ jitless: true })
