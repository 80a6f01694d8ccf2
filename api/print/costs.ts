import { html } from 'hono/html'
import { lineFen, totalFen } from '../../rules/jobs/costs.ts'
import type { CostLine } from '../../rules/model.ts'
import { yuan } from './money.ts'
import { type Html, inBoth, sentence } from './sheet.ts'
import { COST_WORDS } from './words.ts'

/** Lines for a pen where nothing was written down yet. */
const EMPTY_LINES = 3

/** Materials and labour, each with what it costs, and the sum; yuan, computed in fen. */
export function costs(lines: readonly CostLine[]): Html {
  return html`<table class="form costs">
    <thead>
      <tr>
        <th>${inBoth({ zh: '费用类别', en: 'Kind' })}</th>
        <th>${inBoth({ zh: '名称（材料、人工）', en: 'Material or labour' })}</th>
        <th>${inBoth({ zh: '数量', en: 'Quantity' })}</th>
        <th>${inBoth({ zh: '单位', en: 'Unit' })}</th>
        <th>${inBoth({ zh: '单价（元）', en: 'Price (yuan)' })}</th>
        <th>${inBoth({ zh: '金额（元）', en: 'Amount (yuan)' })}</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(row)} ${lines.length > 0 ? '' : Array.from({ length: EMPTY_LINES }, () => EMPTY)}
    </tbody>
    <tfoot>
      <tr>
        <th colspan="5">${inBoth({ zh: '合计（元）', en: 'Total (yuan)' })}</th>
        <td class="number">${lines.length === 0 ? '' : yuan(totalFen(lines))}</td>
      </tr>
    </tfoot>
  </table>`
}

const row = (line: CostLine): Html =>
  html`<tr>
    <td>${inBoth(COST_WORDS[line.kind])}</td>
    <td>${sentence(line.name)}</td>
    <td class="number">${line.quantity}</td>
    <td>${sentence(line.unit)}</td>
    <td class="number">${yuan(line.unitPriceFen)}</td>
    <td class="number">${yuan(lineFen(line))}</td>
  </tr>`

const EMPTY = html`<tr>
  <td></td>
  <td></td>
  <td></td>
  <td></td>
  <td></td>
  <td></td>
</tr>`
