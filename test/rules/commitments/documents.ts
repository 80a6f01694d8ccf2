/** Rows of the published documents as they were collected: document, kind, figure, quote. */
export const TIMES = `
| D13 | any report | **on site in 10 min** | 报修项目10分钟内到现场 |
| D19 | burst pipe, leak at a key place, power cut | **on site and handling in 10 min, 8:00–17:30**; tell the customer, report to the service centre, take measures, remove the hazard | 8:00—17:30之间出现的如水管爆裂、关键部位漏水、停电等紧急情况服务人员须保证10分钟内到达现场并处理 |
| D14 | request, complaint | respond 15 min, solved 4 h, 7×24 | 15分钟内响应,4小时内将问题解决处理完毕 |
| D14 | special event (特发事件) | ≥ 20 staff within 60 min | (60分钟)抽调不少于20名员工 |
| D3 | request | dispatch 30 min, 24 h line | 需在30分钟内派人响应服务请求 |
| D2 | emergency / other | dispatch 2 h / service 48 h | 2小时内派出 / 48小时内提供维修服务 |
| D7 | any / general / emergency | reply and survey 24 h / done 48 h / first handling 2 h | 24小时内给予回复 / 48小时内完成维修 / 2小时内进行初步处理 |
| D9 | any / emergency | dispatch 2 h / at once | 2小时内派遣维修人员 / 立即派人处理 |
| D10 | emergency | at once; nobody leaves until it is handled | 须立即赶到现场…直到事故处理完毕才能离开 |
| D10 | any | same day; orders in by 11:10 and 17:10 handled promptly (shifts end 11:30, 17:30); urgent or specially requested ones the same day, overtime or not; what cannot be done that day gets its reason written | 当天的维修投诉当天处理完 / 必须及时处理完毕 / 当天无法处理的都必须在'维修情况'栏内注明原因 |
| D11 | any / emergency (water, power) / general | contact 24 h / respond 2 h, done 24 h / respond 48 h, done 72 h | 2小时内作出响应,并在24小时内完成 / 48小时内…72小时内完成 |
| D12 | any | reply 24 h, visit 48 h | 24小时内回复,并在48小时内安排专业人员上门 |
| D13 | general / appointment | repaired 48 h / punctual, done in 2 days, holidays do not extend it | 48小时内修复 / 二天内维修完毕,逢节、假日不顺延 |
| D15 | any | dispatch 24 h, otherwise tell the resident why and the plan | 24小时内派专业维修人员…说明原因及处理计划 |
| D17 | general / lift fault, water cut | arrange 24 h / respond 2 h | 紧急情况(如电梯故障、供水中断等),将在2小时内给予响应 |
| D19 | appointment | up to 5 min early, at most 2 min late | 提前到达时间不超过五分钟,迟到不超过两分钟 |
| D19 | small / large problem | done 24 h / answer in 3 days | 小问题在二十四小时内处理完毕,大问题三天之内有回应 |
| D1, D4 / D3 | complaint | respond 24 h (D4: repairs too) / reply 24 h | 24小时内作出回应 / 24小时内作出回复 |
| D7 | complaint | satisfactory answer 48 h | 48小时内给予您满意的答复 |
| D9 | complaint | reply 24 h, solved or a plan in 3 *working* days | 24小时内给予回复,并在3个工作日内解决问题或提供解决方案 |
`

/** Document, after what, due, by whom and how. */
export const FOLLOW_UPS = `
| D6 | general / emergency repair | 24 h / 2 h | telephone first for emergencies; visit; online |
| D13 | water or power emergency repair | 24 h | 客服主管 (customer-service supervisor) |
| D13 | dangerous repair (fallen plaster, burst pipe) | 24 h | the same |
| D13 | seepage repair (房屋渗漏水) | **after the first rainy day after completion** (应在维修完工第一个雨天后回访) | the same; the due date waits for a weather event |
| D13 | appointment | 3 days | the same |
| D19 | in-home service | monthly, a sample of that month's households; grades 5 很满意, 4 满意, 3 一般, 2 不满意, 1 很不满意; reason asked and filed, answer fed back | a named person; visit, telephone, intercom |
`

/** Document, measure, target. */
export const QUALITY = `
| D10 | 及时率 on-time rate | ≥ 99 % |
| D10 | 合格率 pass rate | ≥ 95 % |
| D19 | 及时率 on-time rate, ordinary and emergency | 100 % |
| D19 | 返修率 rework rate | ≤ 0.5 % |
| D19 | 满意度 satisfaction | ≥ 95 % |
`

/** What the rows of a document say, one after another. */
export const rowsOf = (table: string, document: string) =>
  table
    .split('\n')
    .filter((row) =>
      row
        .split('|')[1]
        ?.split(/[ ,/]+/)
        .includes(document),
    )
    .join('\n')
