import { readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../../../api/web/src')

/** `zh.ts` with an `en.ts` beside it, wherever they are. */
const pairs = (readdirSync(source, { recursive: true }) as string[])
  .filter((path) => path.endsWith('zh.ts'))
  .map((path) => dirname(path))

interface Tree {
  [key: string]: string | Tree
}

function flat(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  )
}

async function textsIn(folder: string): Promise<{ zh: Map<string, string>; en: Map<string, string> }> {
  const load = async (locale: 'zh' | 'en') => {
    const module = (await import(join(source, folder, `${locale}.ts`))) as Record<string, Tree>
    return flat(module[locale]!)
  }
  return { zh: await load('zh'), en: await load('en') }
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort().join()
/** What is the same word in both languages. */
const COMMON = /\{\w+\}|\b(Shifen|JavaScript|CEL|MQTT|CSV|ZIP|PDF|API|Esc|Enter|Shift|Ctrl|Alt|IP|Wi-Fi|English)\b/g

describe.each(pairs.map((folder) => [relative(source, join(source, folder)), folder]))(
  'texts in %s',
  (_name, folder) => {
    it('are the same in both languages, with the same things filled in', async () => {
      const { zh, en } = await textsIn(folder)
      expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
      const unlike = [...zh].filter(([key, text]) => placeholders(text) !== placeholders(en.get(key)!))
      expect(unlike).toEqual([])
    })

    it('are none of them empty, and each in its own language', async () => {
      const { zh, en } = await textsIn(folder)
      const plain = (text: string) => text.replace(COMMON, '')
      expect([...zh].filter(([, text]) => text.trim() === '' || /[A-Za-z]{2,}/.test(plain(text)))).toEqual([])
      expect([...en].filter(([, text]) => text.trim() === '' || /[\u4e00-\u9fff]/.test(plain(text)))).toEqual([])
    })
  },
)

it('finds the texts', () => expect(pairs).toContain('i18n'))
