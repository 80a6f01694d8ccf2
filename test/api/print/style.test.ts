import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followUpRegister, intakeRegister, repairRegister } from '../../../api/print/registers.ts'
import type { Html, Reading } from '../../../api/print/sheet.ts'
import { PRINT_STYLE } from '../../../api/print/style.ts'
import { findProgram, hasPrograms } from '../../support/programs.ts'

const reading: Reading = {
  ...{ site: 'riverside', timezone: 'Asia/Shanghai', printedAt: 0, printedBy: 'Sun', masked: false },
  ...{ responder: (id) => id, device: (id) => id },
}
const nothing = { rows: [], cut: false }
const period = { from: 0, to: 1 }
const registers: Record<string, Html> = {
  报修登记表: intakeRegister({ ...nothing, tickets: new Map() }, period, reading),
  维修登记表: repairRegister(nothing, period, reading),
  回访记录表: followUpRegister({ ...nothing, numbers: new Map() }, period, reading),
}

describe.skipIf(!hasPrograms('chromium'))('on a narrow screen', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ['--no-sandbox'] })
  }, 60_000)
  afterAll(() => browser?.close())

  it.each(Object.keys(registers))('%s is as wide as on paper, so that no column is squeezed', async (name) => {
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } })
    await page.setContent(String(await registers[name]))
    await page.addStyleTag({ content: PRINT_STYLE })
    const narrowest = "Math.min(...[...document.querySelectorAll('th')].map((th) => th.offsetWidth))"
    expect(await page.evaluate(narrowest)).toBeGreaterThan(30)
    await page.close()
  })
})
