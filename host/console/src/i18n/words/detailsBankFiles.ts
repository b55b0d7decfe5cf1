/** As `details`: what is said of a bank's file that is read, of what in it contradicts itself, and why it is refused. */
export const bankFileDetails: readonly (readonly [string, string])[] = [
  // told, and read all the same
  ["statement {} repeats statement {} of account {}: equal entries of both are taken once", "第 $1 份对账单与账户 $3 的第 $2 份重复：相同的流水只取一次"],
  ["statement {}: lines equal to ones of statement {} are left out as known ({count}), though this one opens with the balance that one closes with; if the bank booked them twice, record them by hand", "对账单 $1：$3 笔流水与对账单 $2 的相同，视为已有而略过，但本份的期初余额正是那份的期末余额；如果银行确实记了两次，请手工补记"],
  ["statement {}: opening {} and entries of {} give {} {}, but the closing balance is {}", "第 $1 份对账单：期初 $2 加发生额 $3 应为 $4 $5，而期末余额是 $6"],
  ["{place}: {unknown}: left out", "$1：$2，已略过"],
  ["{place} of {amount} is not in the account's currency {currency}: left out", "$1 的 $2 不是账户币种 $3，已略过"],
  ["{place} is stated as {before} and as {amount}: the first is taken", "$1 有两个值 $2 和 $3：取前者"],
  ["{place} declares {stated} {what}, but holds {}", "$1 声明有 $2 $3，实有 $4"],
  ["{place} declares a {what} that is no amount: {error}", "$1 声明的$2不是金额：$3"],
  ["{place} declares a {what} of {currency} {stated}, but its entries sum to {found}", "$1 声明的$2为 $3 $4，而流水合计为 $5"],
  ["{place} has an amount of zero: it makes no line", "$1 金额为零，不生成流水"],
  ["{place}: rate: {error}: left out", "$1：汇率：$2，已略过"],
  ["{place}: {what}: {error}: left out", "$1：$2：$3，已略过"],
  ["{place}: its batch says {count} payments, the file shows {shown}", "$1：批次声明有 $2 笔付款，文件中有 $3 笔"],
  ["{place} of {amount}: its batch says a total of {total}", "$1 金额 $2：批次声明的合计为 $3"],
  ["{place} of {amount} has details in both directions and is no batch: it is taken as one line", "$1 金额 $2 的明细有借有贷且不是批次：按一笔处理"],
  ["{place} of {amount} has details that come to {found}: it is taken as one line", "$1 金额 $2 的明细合计为 $3：按一笔处理"],
  ["{place}: charges of {given} are beyond the largest amount there is: left out", "$1：手续费 $2 超过最大金额，已略过"],
  ["{place}: charges of {given} inside of the amount are less than none: left out", "$1：含在金额中的手续费 $2 为负，已略过"],
  ["{place}: {what} of {found} is not in the line's currency {currency}: left out", "$1：$2 $3 不是流水币种 $4，已略过"],
  ["{place}: control characters are left out of: {fields}", "$1：已去掉其中的控制字符：$2"],
  // refused
  ["statement {statement} is not ended: the file is cut short or the plugin lost its end", "第 $1 份对账单不完整：文件被截断，或插件漏读结尾"],
  ["statement {statement} ends with {declared} entries, but {found} were passed", "第 $1 份对账单声明有 $2 笔，读出 $3 笔"],
  ["statement {statement} names no currency: neither its account, its balances nor its entries do", "第 $1 份对账单没有币种：账户、余额和流水都未注明"],
  ["statement {statement} names no account", "第 $1 份对账单没有账号"],
  ["the file has more than {max} statements", "文件中的对账单超过 $1 份"],
  ["{place}: currency {found}, the account's is {expected}", "$1：币种为 $2，而账户币种为 $3"],
  ["{place}: {field} is refused: {source}", "$1：$2无效：$3"],
  ["{place}: {field} {found} is negative; the direction is said apart", "$1：$2 $3 为负数，借贷方向应另行注明"],
  ["{place} is booked, but has neither a booking nor a value date", "$1 已入账，却没有记账日和起息日"],
  ["{place}: status {found:?} is not one of booked, pending, info", "$1：状态 $2 无效"],
  ["the sum of the file's amounts is refused: {0}", "文件金额合计无效：$1"],
];

/** What stands in the gaps of those. */
export const bankFileTerms: Readonly<Record<string, string>> = {
  entries: "笔流水", "credit entries": "笔贷方流水", "debit entries": "笔借方流水", "credit-sum": "贷方合计", "debit-sum": "借方合计", "instructed amount": "原币金额", "batch total": "批次合计", charge: "手续费",
  amount: "金额", "detail's amount": "明细金额", currency: "币种", start: "起始日", end: "截止日", date: "日期", "value date": "起息日", "booking date": "记账日",
  id: "编号", "account id": "账号", "account scheme": "账号类别", owner: "户名", sequence: "序号", "legal sequence": "法定序号", created: "生成时间", "bank reference": "银行参考号", "servicer reference": "开户行参考号", code: "代码", text: "文字",
  "end-to-end reference": "端到端参考号", transaction: "交易号", mandate: "授权号", "payer's name": "付款人", "payer's account": "付款账号", "payer's id": "付款人编号", "ultimate debtor": "最终付款人", "structured reference": "结构化附言", "remittance text": "附言",
  "reason of return": "退汇原因", "original end-to-end reference": "原端到端参考号", "bearer of charges": "手续费承担方", "remittance advice": "付款通知",
};

/** Where in the file: what fills the first gap of most. */
export const bankFilePlaces: readonly (readonly [RegExp, string])[] = [
  [/^statement (\d+)$/, "第 $1 份对账单"],
  [/^statement (\d+), entry (\d+) \(byte (\d+)\)$/, "第 $1 份对账单第 $2 笔（第 $3 字节）"],
  [/^statement (\d+), balance opening-booked$/, "第 $1 份对账单的期初余额"],
  [/^statement (\d+), balance closing-booked$/, "第 $1 份对账单的期末余额"],
  [/^statement (\d+), balance previous-closing-booked$/, "第 $1 份对账单的上期期末余额"],
];
