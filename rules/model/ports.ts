/** What one room needs of another, handed in by the composition root. */

export interface MqttLogin {
  credential: string
  device: string
  site: string
  clientId: string
}

/** Answers a login, or `null` to refuse it. */
export type VerifyLogin = (username: string, password: string) => Promise<MqttLogin | null>

export interface HistoryPoint {
  at: number
  min: number
  max: number
  average: number
  count: number
}

export interface HistoryQuery {
  deviceKey: number
  point: string
  fromMs: number
  toMs: number
  maxPoints: number
}

/** Readings of one point, downsampled so that peaks stay. */
export type ReadHistory = (query: HistoryQuery) => Promise<HistoryPoint[]>
