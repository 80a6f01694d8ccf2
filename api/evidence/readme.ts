import type { Ticket } from '../../rules/model.ts'
import type { AuditHead } from '../../rules/storage/audit.ts'

/** How a stranger reads and verifies the archive. */
export function readmeOf({ number, title }: Ticket, head: AuditHead, at: number): string {
  const when = new Date(at).toISOString()
  return `工单 ${number} 证据档案
${title.zh}
导出时间（UTC）：${when}

一、核对文件未被改动
  在解压后的文件夹中运行：
    sha256sum -c SHA256SUMS
  每个文件都应显示 OK（或“成功”）。macOS 请用：shasum -a 256 -c SHA256SUMS
  SHA256SUMS 自身的校验值请在收到档案时另行记录：sha256sum SHA256SUMS

二、核对审计链
  audit.json 是本工单在审计链中的各行。每一行的 hash 是下列 JSON 数组（UTF-8，无空格）的 SHA-256：
    [previous, id, at, by, action, subject, detail]
  其中 at 为毫秒时间戳，detail 为所存文本，previous 为前一行的 hash。
  导出时审计链的末行：${head.id}:${head.hash}
  可请物业在其系统上运行下列命令，证明此后没有任何一行被修改、删除或插入：
    npx shifen doctor --head ${head.id}:${head.hash}

三、核对签字所认内容
  signed-for.json 是签字所认的原因、措施、费用和完成时间（RFC 8785 规范 JSON）。运行：
    sha256sum signed-for.json
  应与 signatures.json 中该签字的 signedFor 相同，其开头即工作单上所印；不同则签字后有改动，null 为当时尚未记录。

四、内容
  ticket.json 工单、工作单与开单时的承诺；history.json 经过；alarms.json 报警及其历史；
  readings.ndjson 前后半小时的设备数据；notices.json 通知及送达；calls.json 呼叫；ladder.json 升级；
  commands.json 指令；intakes.json 报修登记；tasks.json 待办；follow-ups.json 回访；references.json 相关工单；
  photos/ 照片；signatures/ 签名；audit.json 审计链；manifest.json 清单（缺失或被截断的内容也写在其中）。
  时间均为 ISO 8601 UTC（audit.json 除外，为毫秒时间戳）。本系统不是消防或生命安全系统。


Evidence of ticket ${number}
${title.en}
Exported at (UTC): ${when}

1. That no file was changed
  In the folder where the archive was unpacked:
    sha256sum -c SHA256SUMS
  Each file must say OK. On macOS: shasum -a 256 -c SHA256SUMS
  Note down the checksum of SHA256SUMS itself when you receive the archive: sha256sum SHA256SUMS

2. The audit chain
  audit.json has this ticket's rows of the audit chain. The hash of a row is the SHA-256 of this JSON array (UTF-8,
  without spaces):
    [previous, id, at, by, action, subject, detail]
  where at is in milliseconds, detail is the text as it is stored, and previous is the hash of the row before.
  The last row of the chain at the time of export: ${head.id}:${head.hash}
  Ask the property to run this on its system: it proves that no row was changed, removed or inserted since.
    npx shifen doctor --head ${head.id}:${head.hash}

3. What the signatures are for
  signed-for.json is cause, measure, costs and time of completion as they are now, as canonical JSON (RFC 8785):
    sha256sum signed-for.json
  gives the signedFor of each signature in signatures.json, whose beginning is printed on the work order. Another one
  was given before a change; null: what it was for was not kept yet.

4. Contents
  ticket.json the ticket, its work order and what was promised at its opening; history.json what happened;
  alarms.json alarms with their history; readings.ndjson what devices said half an hour before and after;
  notices.json notices with their deliveries; calls.json calls; ladder.json escalation; commands.json commands;
  intakes.json reports of residents; tasks.json tasks; follow-ups.json follow-ups; references.json related tickets;
  photos/ photos; signatures/ signatures; audit.json the audit chain; manifest.json what this is, and what is missing
  or was cut. Times are ISO 8601 in UTC (but in audit.json: milliseconds). This is not a life-safety system.
`
}
