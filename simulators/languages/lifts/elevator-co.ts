/**
 * elevator-co, Solace's reference design: no state of the lift, but a notice when a part is likely to fail soon.
 * Nothing ends it: the part is replaced and that is that. Its topic has a misspelling of its own.
 */
import type { Language } from '../language.ts'
import { turned } from '../news.ts'
import { uuid } from './said.ts'

export const elevatorCo: Language = {
  id: 'elevator-co',
  kinds: ['elevator'],
  topics: () => ['apim/elevator-co/#'],
  identity: ({ id }) => `elevatorco:${id}`,
  tells: ['elevator.predictive_maintenance'],
  speaker({ id }, random) {
    const topic = `apim/elevator-co/api/V1/json/cn/elevator/maintenace/elev-make-1/${id}`
    return {
      say(statement, { atMs }) {
        const worn = turned(statement).some(([code, active]) => active && code === 'elevator.predictive_maintenance')
        if (!worn) return []
        const body = {
          header: {
            topic,
            timestamp: `${new Date(atMs).toISOString().slice(0, 19).replace('T', '-')}-UTC`,
            tracking_id: uuid(random),
          },
          body: {
            component_id: 'ABC-1784',
            description: 'misalignment car to floor',
            timewindow_days: 24,
            probability_of_failure_pct: 90,
            details: { reasons: ['misalignment car to floor > 8mm', 'avg journeys / day > 25'] },
          },
        }
        return [{ device: id, topic, payload: JSON.stringify(body), once: true }]
      },
    }
  },
}
