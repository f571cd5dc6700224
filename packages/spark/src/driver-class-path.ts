import { fileURLToPath } from 'node:url'

/**
 * What puts a JAR that is shipped with the job on the driver's class path too; undefined where its place is not one of the driver's
 * machine, or cannot stand in a class path.
 *
 * `--jars` reach a class loader that some threads do not have: since Java 9 a `ForkJoinPool`'s threads know the class
 * path alone. The path is right in client mode; the bare name is where YARN puts the JAR for a driver in the cluster,
 * and stands behind the path, so that a file of the working directory never comes first.
 */
export function driverClassPath(jar: string): string | undefined {
  const path = localPathOf(jar)
  if (path === undefined || /[:*]/.test(path)) return undefined
  return `${path}:${path.slice(path.lastIndexOf('/') + 1)}`
}

function localPathOf(jar: string): string | undefined {
  if (jar.startsWith('/')) return jar
  if (!/^(file|local):\/(?!\/[^/])/.test(jar)) return undefined
  try {
    return fileURLToPath(jar.replace(/^local:/, 'file:'))
  } catch {
    return undefined
  }
}
