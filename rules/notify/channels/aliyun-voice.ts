import type { Random } from '../../model.ts'
import type { Send } from '../channel.ts'
import type { Post } from '../post.ts'
import { aliyunRequest, judgeAliyun, nonceOf, templateValues } from './aliyun.ts'
import { notSent } from './judge.ts'
import { aliyunSecrets, aliyunVoiceOptions, PHONE } from './schema.ts'

/** 阿里云 takes 15 bytes of `OutId` here. */
const OUT_ID_MAX = 15

/** 阿里云语音, SingleCallByTts: a call that reads an approved template aloud. */
export const sendAliyunVoice =
  (post: Post, random: Random): Send =>
  async (message, settings, now) => {
    const { endpoint, ttsCode, calledShowNumber, playTimes, variables } = aliyunVoiceOptions.parse(settings.options)
    if (!PHONE.test(message.address)) return notSent(`${message.address || 'nothing'} is no phone number`, false)
    const query = {
      CalledNumber: message.address,
      ...(calledShowNumber !== undefined && { CalledShowNumber: calledShowNumber }),
      TtsCode: ttsCode,
      TtsParam: templateValues(message, variables),
      PlayTimes: String(playTimes),
      // The end of an id is where two of one millisecond differ.
      OutId: message.id.slice(-OUT_ID_MAX),
    }
    const called = { endpoint, action: 'SingleCallByTts', version: '2017-05-25', query, nonce: nonceOf(random), now }
    return judgeAliyun(await post(aliyunRequest({ ...called, ...aliyunSecrets.parse(settings.secrets) })), now)
  }
