import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Change } from '../rules/changes.ts'
import type { Clock } from '../rules/clock.ts'
import type { Rejection } from '../rules/model.ts'

interface Batch {
  packets: number
  duplicates: number
  ignored: number
  rejections: readonly Rejection[]
}

/** `shifen_*`, with no device in a label: a building has too many of them. */
export interface Metrics {
  registry: Registry
  batch(batch: Batch): void
  changes(changes: readonly Change[]): void
  notified: (channel: string, result: string) => void
  watchdogCalled: (result: string) => void
}

export interface Gauges {
  ticketsOpen: () => Promise<number>
  mqttConnections: () => number
  brokersConnected: () => number
  ingestWaiting: () => number
  liveStreams: () => number
}

export function createMetrics(clock: Clock, gauges: Gauges): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read())
      },
    })

  const received = counter('shifen_messages_received_total', 'MQTT messages committed')
  const duplicates = counter('shifen_messages_duplicate_total', 'Messages recognised as sent again')
  const ignored = counter('shifen_messages_ignored_total', 'Metadata, acknowledgements and what came too late to count')
  const discovered = counter('shifen_devices_discovered_total', 'Devices that were discovered')
  const rejections = counter('shifen_rejections_total', 'Messages that could not be used', ['reason'])
  const alarms = counter('shifen_alarms_raised_total', 'Alarms raised', ['priority'])
  const opened = counter('shifen_tickets_opened_total', 'Tickets opened', ['origin'])
  const commands = counter('shifen_commands_total', 'Commands to devices by what came of them', ['state'])
  const breaches = counter('shifen_clocks_breached_total', 'Clocks that ran out', ['milestone'])
  const notifications = counter('shifen_notifications_total', 'Notices by channel and result', ['channel', 'result'])
  const watchdog = counter('shifen_watchdog_calls_total', 'Calls of the watchdog URL by result', ['result'])
  const alarmToTicket = new Histogram({
    name: 'shifen_alarm_to_ticket_seconds',
    help: 'From the receipt of the message to its ticket being told',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  })
  const arrival = new Histogram({
    name: 'shifen_ticket_arrival_seconds',
    help: 'From opening to on site',
    buckets: [60, 120, 180, 300, 480, 600, 900, 1800, 3600],
    registers,
  })
  gauge('shifen_tickets_open', 'Tickets neither closed nor cancelled', gauges.ticketsOpen)
  gauge('shifen_mqtt_connections', 'MQTT sessions', gauges.mqttConnections)
  gauge('shifen_brokers_connected', 'Outside brokers that we are logged in to', gauges.brokersConnected)
  gauge('shifen_ingest_waiting', 'Messages received and not yet committed', gauges.ingestWaiting)
  gauge('shifen_live_streams', 'Open live streams', gauges.liveStreams)

  function ticket(change: Extract<Change, { type: 'ticket' }>): void {
    const { origin, openedAt, updatedAt, state, reached } = change.ticket
    if (change.what === 'opened') {
      opened.inc({ origin })
      if (origin === 'alarm') alarmToTicket.observe(Math.max(0, clock.now() - openedAt) / 1000)
    }
    const isArrival = change.what === 'moved' && state === 'on_site' && reached.arrive === updatedAt
    if (isArrival) arrival.observe((updatedAt - openedAt) / 1000)
  }

  return {
    registry,
    batch(batch) {
      received.inc(batch.packets)
      duplicates.inc(batch.duplicates)
      ignored.inc(batch.ignored)
      for (const { reason } of batch.rejections) rejections.inc({ reason })
    },
    changes(changes) {
      for (const change of changes) {
        if (change.type === 'ticket') ticket(change)
        if (change.type === 'device' && change.what === 'discovered') discovered.inc()
        if (change.type === 'control' && change.command.state !== 'sent') commands.inc({ state: change.command.state })
        if (change.type === 'breach') breaches.inc({ milestone: change.milestone })
        if (change.type === 'alarm' && change.events.includes('raised')) alarms.inc({ priority: change.alarm.priority })
      }
    },
    notified: (channel, result) => notifications.inc({ channel, result }),
    watchdogCalled: (result) => watchdog.inc({ result }),
  }
}
