export const zh = {
  heading: '模拟',
  loading: '正在加载…',
  none: '这里没有模拟',
  noneHint: '只有演示模式才有模拟的楼宇。用演示命令启动服务程序后再来。',
  failed: '没有读到模拟。',
  about: '{title}：{said}',
  hint: '点一下，模拟楼宇里就会真的发生一次；报警、派单和计时都走真实流程。',
  watching: '您可以查看；由调度员、工程师或管理员来触发。',
  pending: '正在触发…',
  did: '{what}：{device}，{at} 开始。',
  waiting: '等待工单…',
  open: '打开工单 {number}',
  refused: '没有成功：{why}。',
  silent: '没有得到答复，请再按一次；不会重复执行。',
  noRight: '您没有权限触发。',
  standing: '还在持续',
  nothing: '现在一切正常。',
  until: '至 {time} 自行恢复',
}

/** Every language has exactly these texts. */
export type SimulationTexts = typeof zh
