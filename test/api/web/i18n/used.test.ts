import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../../../api/web/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|vue)$/.test(file))
const parts = files.filter((file) => /(^|\/)(texts|words\/texts|i18n)\/zh\.ts$/.test(file)).map(dirname)
const read = (file: string) => readFileSync(join(source, file), 'utf8')

type Tree = { [name: string]: string | Tree }
const keysOf = (tree: Tree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [prefix + name] : keysOf(value, `${prefix}${name}.`),
  )

/** What says the texts of a folder: whoever asks for them, and whoever stands beside him and hands him keys. */
function codeFor(folder: string): string {
  const asks = (file: string) =>
    [...read(file).matchAll(/from '(\.[^']+)'/g)].some(([, path]) =>
      join(dirname(file), path!).startsWith(`${folder}/`),
    )
  const asking = files.filter((file) => dirname(file) !== folder && asks(file))
  const beside = new Set(asking.map(dirname))
  const own = files.filter((file) => dirname(file) === folder && !/\/(zh|en)\.ts$/.test(file))
  const told = files.filter((file) => file.endsWith('.ts') && beside.has(dirname(file)))
  return [...new Set([...asking, ...own, ...told])].map(read).join('\n')
}

it.each(parts)('says every text of %s somewhere', async (folder) => {
  const code = codeFor(folder)
  /** What keys begin or end with that are put together: `state.${state}`, `${name}.hint`. */
  const beginnings = [...code.matchAll(/`([\w-]+\.[\w.-]*)\$\{/g)].map(([, beginning]) => beginning!)
  const endings = [...code.matchAll(/\}(\.[\w.-]+)`/g)].map(([, ending]) => ending!)
  const isNamed = (key: string) =>
    code.includes(`'${key}'`) ||
    beginnings.some((beginning) => key.startsWith(beginning)) ||
    endings.some((ending) => key.endsWith(ending))
  const { zh } = (await import(join(source, folder, 'zh.ts'))) as { zh: Tree }
  expect(keysOf(zh).filter((key) => !isNamed(key))).toEqual([])
})

it('finds the texts', () => expect(parts).toEqual(expect.arrayContaining(['i18n', 'console/texts'])))
