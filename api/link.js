// npm links the commands of dependencies, not a package's own: with this link the scripts of package.json find `shifen`.
import { chmodSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const program = join('dist', 'api', 'main.js')
const link = join(root, 'node_modules', '.bin', 'shifen')
if (process.platform !== 'win32') {
  chmodSync(join(root, program), 0o755)
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', program), link)
}
