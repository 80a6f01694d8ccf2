export const zh = {
  floor: '{level}层',
  floors: '{from}–{to}层',
  roof: '屋顶',
  wholeTower: '全楼',
  elsewhere: '其他位置',
  bare: '还没有设备写明楼栋或楼层',
  quiet: '位置图：没有报警。',
  spoken: '位置图：{count} 条报警。{places}',
  pin: '{priority}，{count} 条：{places}。',
  letter: { critical: '急', high: '高', medium: '中', low: '低' },
}

export type PlanTexts = typeof zh
