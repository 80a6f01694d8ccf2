import { describe, expect, it } from 'vitest'
import { createLiveFeed } from '../../api/live-feed.ts'
import { type Change, createChanges } from '../../rules/changes.ts'

const KEPT = 5_000
const alarm = { type: 'alarm' } as Change
const setUp = () => {
  const changes = createChanges((error) => {
    throw error
  })
  const feed = createLiveFeed(changes, 'epoch')
  const publish = (count: number) => changes.publish(Array.from({ length: count }, () => alarm))
  return { changes, feed, publish }
}

describe('the live feed', () => {
  it('numbers tickets and alarms, and nothing else', () => {
    const { changes, feed } = setUp()
    changes.publish([{ type: 'notice' }, alarm, { type: 'site' } as Change])
    expect(feed.last()).toBe(1)
    expect(feed.after(0)).toEqual([{ sequence: 1, change: alarm }])
    expect(feed.after(1)).toEqual([])
  })

  it('keeps the latest, and says where it cannot answer any more', () => {
    const { feed, publish } = setUp()
    for (let round = 0; round < 60; round += 1) publish(100)
    expect(feed.last()).toBe(6_000)
    expect(feed.after(6_000 - KEPT)).toHaveLength(KEPT)
    expect(feed.after(6_000 - KEPT)![0]!.sequence).toBe(6_000 - KEPT + 1)
    expect(feed.after(6_000 - KEPT - 1)).toBeNull()
    expect(feed.after(0)).toBeNull()
  })

  it('answers nothing of the future', () => {
    const { feed, publish } = setUp()
    expect([feed.after(0), feed.after(1)]).toEqual([[], null])
    publish(3)
    expect([feed.after(3), feed.after(4)]).toEqual([[], null])
  })

  it('tells its listeners until they leave', () => {
    const { feed, publish } = setUp()
    const heard: number[] = []
    const leave = feed.subscribe((entries) => heard.push(...entries.map(({ sequence }) => sequence)))
    publish(2)
    leave()
    publish(1)
    expect(heard).toEqual([1, 2])
  })
})
