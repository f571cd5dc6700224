export { parseTimestampAuthorities, type TimestampAuthority } from './timestamp-authority.ts'
