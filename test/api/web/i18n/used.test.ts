import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../../../api/web/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|vue)$/.test(file))
const isTexts = (file: string) => /(^|\/)(texts|i18n)\/(zh|en)\.ts$/.test(file)
const code = files
  .filter((file) => !isTexts(file))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')

type Tree = { [name: string]: string | Tree }
const keysOf = (tree: Tree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [prefix + name] : keysOf(value, `${prefix}${name}.`),
  )

/** What keys begin with that are put together: `state.${state}`, `${name}.hint`. */
const beginnings = [...code.matchAll(/`([\w-]+\.[\w.-]*)\$\{/g)].map(([, beginning]) => beginning!)
const endings = [...code.matchAll(/\}(\.[\w.-]+)`/g)].map(([, ending]) => ending!)

const isNamed = (key: string) =>
  code.includes(`'${key}'`) ||
  beginnings.some((beginning) => key.startsWith(beginning)) ||
  endings.some((ending) => key.endsWith(ending))

it.each(files.filter((file) => isTexts(file) && file.endsWith('zh.ts')))(
  'every text of %s is said somewhere',
  async (file) => {
    const { zh } = (await import(join(source, file))) as { zh: Tree }
    expect(keysOf(zh).filter((key) => !isNamed(key))).toEqual([])
  },
)

it('finds the texts', () => expect(files).toContain('i18n/zh.ts'))
