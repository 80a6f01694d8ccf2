import type { Random } from '../../model.ts'
import type { Send } from '../channel.ts'
import type { Post } from '../post.ts'
import { aliyunRequest, judgeAliyun, nonceOf, templateValues } from './aliyun.ts'
import { notSent } from './judge.ts'
import { aliyunSecrets, aliyunSmsOptions, PHONE } from './schema.ts'

/** 阿里云短信, SendSms. */
export const sendAliyunSms =
  (post: Post, random: Random): Send =>
  async (message, settings, now) => {
    const { endpoint, signName, templateCode, variables } = aliyunSmsOptions.parse(settings.options)
    if (!PHONE.test(message.address)) return notSent(`${message.address || 'nothing'} is no phone number`, false)
    const query = {
      PhoneNumbers: message.address,
      SignName: signName,
      TemplateCode: templateCode,
      TemplateParam: templateValues(message, variables),
      OutId: message.id,
    }
    const called = { endpoint, action: 'SendSms', version: '2017-05-25', query, nonce: nonceOf(random), now }
    return judgeAliyun(await post(aliyunRequest({ ...called, ...aliyunSecrets.parse(settings.secrets) })), now)
  }
