export const exceptions = {
  title: ["职责分离例外", "Exceptions"],
  text: ["经办或复核过客户发票的人，经他人授权例外后才可批准其收款、退款或核销。此处列出全部授权，原因随客户信息清除。", "Who charged a customer approves no money of hers in that month, unless another person grants an exception. All that were granted; reasons go with the customer's erasure."],
  person: ["被授权人", "For whom"],
  grantedBy: ["授权人", "Granted by"],
  period: ["月份", "Month"],
  subject: ["事项", "For what"],
  draft: ["草稿", "Draft"],
  proposal: ["核销建议", "Proposal"],
  document: ["撤销的单据", "Document that is taken back"],
  none: ["没有授权过例外", "No exception was granted"],
  noneThen: ["没有符合条件的例外", "No exception matches"],
} as const;
