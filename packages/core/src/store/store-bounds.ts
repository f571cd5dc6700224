import { lstatSync, realpathSync, type Stats } from 'node:fs'

/**
 * Whether a file that was found at a place in the store lies in it. Who can write to a store can put a link there to
 * anything that its reader may read, and what is read from a store ends in archives and reports that are passed on.
 * Asked after the file was opened, and answered by its inode, so that no link can be exchanged in between.
 */
export function liesInStore(root: string, place: string, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
  try {
    const real = realpathSync.native(place)
    const inside = `${realpathSync.native(root)}/`.replace(/^\/\/$/, '/')
    if (!`${real}/`.startsWith(inside)) return false
    const now = lstatSync(real)
    return now.dev === dev && now.ino === ino
  } catch {
    // Gone again, or nobody may look: nothing was found.
    return false
  }
}
