/** A path's dots and dashes are not its own: `alarm.raised` is `alarm_raised` here. */
export type Plain<S extends string> = S extends `${infer A}.${infer B}`
  ? Plain<`${A}_${B}`>
  : S extends `${infer A}-${infer B}`
    ? Plain<`${A}_${B}`>
    : S

/** A code of the service as the name of its text. */
export const plain = <S extends string>(code: S) => code.replace(/[.-]/g, '_') as Plain<S>
