//! Headings of lists, in Chinese and English.

use app::list::List;
use sheets::write::Column;

// in a macro, which rustfmt leaves alone: a list is a table to be read across
macro_rules! headings {
    ($($(#[$doc:meta])* $name:ident: $(($zh:literal, $en:literal)),+;)*) => {
        $(const $name: &[Column] = &[$(Column { zh: $zh, en: $en }),+];)*
    };
}

headings! {
    CUSTOMERS:
        ("客户编码", "Code"), ("客户名称", "Name"), ("国家", "Country"), ("地区", "Region"), ("地址", "Address"),
        ("邮编", "Postal code"), ("城市", "City"), ("币种", "Currency"), ("语言", "Locale"), ("类型", "Kind"),
        ("纳税人类型", "Taxpayer status"), ("税号", "Tax ID"), ("邮箱", "Email"), ("账期", "Terms days"),
        ("银行账号", "Bank account"), ("上级客户", "Parent"), ("外部编号", "External ID"), ("归档时间", "Archived at"),
        ("删除时间", "Erased at"), ("客户组", "Group"), ("并入客户", "Merged into");
    CONTACTS:
        ("客户编码", "Customer"), ("客户名称", "Customer name"), ("姓名", "Name"), ("职务", "Role"), ("邮箱", "Email"),
        ("电话", "Phone"), ("语言", "Locale"), ("对账确认人", "May confirm"), ("有效", "Active"), ("编号", "ID");
    ITEMS:
        ("编码", "Code"), ("名称", "Name"), ("单位", "Unit"), ("单价", "Unit price"), ("币种", "Currency"),
        ("税目", "Category"), ("货物或服务", "Supply");
    INVOICES:
        ("单号", "Number"), ("外部单号", "External ID"), ("单据类型", "Kind"), ("客户编码", "Customer"),
        ("客户名称", "Customer name"), ("原单号", "Original"), ("单据日期", "Document date"),
        ("记账日期", "Effective date"), ("到期日", "Due date"), ("订单号", "Purchase order"),
        ("发票号码", "Tax invoice number"), ("行", "Line"), ("品名", "Description"), ("数量", "Quantity"),
        ("单位", "Unit"), ("单价", "Unit price"), ("税目", "Category"), ("币种", "Currency"), ("行净额", "Line net"),
        ("行税额", "Line tax"), ("行含税额", "Line gross"), ("单据净额", "Net"), ("单据税额", "Tax"), ("单据含税额", "Gross"),
        ("备注", "Text");
    RECEIPTS:
        ("单号", "Number"), ("外部单号", "External ID"), ("客户编码", "Customer"), ("客户名称", "Customer name"),
        ("单据日期", "Document date"), ("记账日期", "Effective date"), ("到期日", "Due date"), ("币种", "Currency"),
        ("金额", "Amount"), ("汇率", "FX rate"), ("备注", "Text");
    OPEN_ITEMS:
        ("客户编码", "Customer"), ("客户名称", "Customer name"), ("科目", "Account"), ("科目名称", "Account name"),
        ("类型", "Kind"), ("单号", "Number"), ("单据日期", "Document date"), ("到期日", "Due date"), ("币种", "Currency"), ("原金额", "Original"),
        ("未清金额", "Open");
    DISPUTES:
        ("编号", "ID"), ("状态", "State"), ("客户编码", "Customer"), ("客户名称", "Customer name"), ("单号", "Number"),
        ("币种", "Currency"), ("异议金额", "Amount"), ("原因", "Reason"), ("提出日", "Opened on"), ("说明", "Text"),
        ("记录人", "Opened by"), ("处理日", "Resolved on"), ("答复", "Answer"), ("处理人", "Resolved by");
    EXCEPTIONS:
        ("编号", "ID"), ("对象", "Subject"), ("客户编码", "Customer"), ("客户名称", "Customer name"), ("起始月份", "First period"),
        ("截止月份", "Last period"), ("被授权人", "Person"), ("授权人", "Granted by"), ("授权时间", "Granted at"), ("原因", "Reason");
    BILLS:
        ("单号", "Document"), ("票据号码", "Bill number"), ("票据种类", "Kind"), ("介质", "Medium"), ("状态", "State"),
        ("客户编码", "Customer"), ("客户名称", "Customer name"), ("出票人", "Drawer"), ("承兑人", "Acceptor"),
        ("出票日", "Issue date"), ("到期日", "Maturity"), ("收票日", "Received on"), ("币种", "Currency"), ("票面金额", "Face"),
        ("附追索权", "Recourse");
    DELIVERIES:
        ("单号", "Number"), ("送货单号", "External ID"), ("客户编码", "Customer"), ("客户名称", "Customer name"),
        ("发货日期", "Delivered on"), ("订单号", "Purchase order"), ("行", "Line"), ("品名", "Description"),
        ("数量", "Quantity"), ("单位", "Unit"), ("单价", "Unit price"), ("税目", "Category"), ("币种", "Currency"),
        ("行净额", "Line net"), ("未开票数量", "Open quantity"), ("未开票净额", "Open net"), ("备注", "Text");
    TAX_INVOICES:
        ("发票号码", "Number"), ("发票代码", "Code"), ("发票种类", "Kind"), ("状态", "Status"), ("客户编码", "Customer"),
        ("客户名称", "Customer name"), ("开票日期", "Issued on"), ("币种", "Currency"), ("净额", "Net"), ("税额", "Tax"),
        ("价税合计", "Gross"), ("原发票号码", "Original"), ("红字确认单", "Confirmation"), ("原因", "Reason"),
        ("购方名称", "Buyer"), ("购方税号", "Buyer tax ID"), ("作废日期", "Voided on"), ("单号", "Documents");
    SUSPENSE:
        ("编号", "ID"), ("来源", "Origin"), ("起息日", "Value date"), ("记账日期", "Effective date"), ("天数", "Age in days"),
        ("币种", "Currency"), ("金额", "Amount"), ("未处理", "Open"), ("银行流水", "Bank line"), ("退款单", "Refund"),
        ("记录人", "Created by");
    BANK_MOVES:
        ("编号", "ID"), ("类型", "Kind"), ("记账日期", "Effective date"), ("转出账号", "From account"),
        ("转入账号", "To account"), ("币种", "Currency"), ("金额", "Amount"), ("转出流水", "From line"),
        ("转入流水", "To line"), ("撤销", "Undoes"), ("记录人", "Created by");
    BANK_LINES:
        ("入账日期", "Booking date"), ("起息日", "Value date"), ("状态", "Status"), ("类型", "Kind"),
        ("币种", "Currency"), ("金额", "Amount"), ("未处理", "Remaining"), ("付款人", "Payer"),
        ("付款账号", "Payer account"), ("参考号", "Reference"), ("附言", "Text"), ("客户编码", "Customer"),
        ("客户名称", "Customer name");
    PROPOSALS:
        ("编号", "ID"), ("状态", "Status"), ("置信度", "Confidence"), ("得分", "Score"), ("规则", "Rule"),
        ("客户编码", "Customer"), ("客户名称", "Customer name"), ("银行流水", "Bank lines"), ("单号", "Number"),
        ("币种", "Currency"), ("金额", "Amount"), ("决定人", "Decided by");
    STATEMENTS:
        ("对账单号", "Number"), ("版本", "Version"), ("客户编码", "Customer"), ("客户名称", "Customer name"),
        ("起始日", "Period start"), ("截止日", "Cut-off"), ("状态", "Status"), ("科目", "Account"),
        ("科目名称", "Account name"), ("币种", "Currency"), ("期初余额", "Opening"), ("期末余额", "Closing");
    ALLOCATIONS:
        ("编号", "ID"), ("生效日期", "Effective date"), ("客户编码", "Customer"), ("客户名称", "Customer name"),
        ("应收单号", "Debit"), ("核销单号", "Credit"), ("币种", "Currency"), ("金额", "Amount"), ("撤销", "Undoes");
    AGING:
        ("客户编码", "Customer"), ("客户名称", "Customer name"), ("科目", "Account"), ("科目名称", "Account name"),
        ("币种", "Currency"), ("余额", "Balance"), ("未到期", "Not due"), ("1-30天", "1-30"), ("31-60天", "31-60"), ("61-90天", "61-90"),
        ("91天以上", "91+"), ("未核销贷方", "Unapplied");
    BANK_ACCOUNTS:
        ("账号", "Number"), ("账号类型", "Scheme"), ("开户行", "Bank"), ("BIC", "BIC"), ("户名", "Holder"), ("币种", "Currency");
    BANK_FILES:
        ("编号", "ID"), ("文件名", "File name"), ("字节数", "Bytes"), ("SHA-256", "SHA-256"), ("导入人", "Imported by"),
        ("导入时间", "Imported at");
    FX_RATES:
        ("原币", "From"), ("目标币", "To"), ("日期", "Date"), ("汇率", "Rate"), ("来源", "Source");
    REVALUATIONS:
        ("日期", "As of"), ("科目", "Account"), ("科目名称", "Account name"), ("币种", "Currency"), ("原币余额", "Balance"), ("汇率", "Rate"),
        ("汇率日期", "Rate date"), ("汇率来源", "Rate source"), ("账面本位币", "Carrying"), ("折算本位币", "Value"),
        ("本位币", "Base currency"), ("分录", "Entry"), ("冲回分录", "Reversal");
    REGROUPINGS:
        ("日期", "As of"), ("科目", "Account"), ("科目名称", "Account name"), ("币种", "Currency"), ("贷方未清", "Open credits"), ("贷方未清本位币", "Open credits, base"),
        ("已重分类", "Shown before"), ("已重分类本位币", "Shown before, base"), ("本位币", "Base currency"), ("分录", "Entry"),
        ("冲回分录", "Reversal");
    CHART:
        ("角色", "Role"), ("部分", "Part"), ("生效日", "Valid from"), ("科目", "Account"), ("科目名称", "Name (zh)"),
        ("英文名称", "Name (en)"), ("类别", "Class"), ("统驭科目", "Control account");
    SERIES:
        ("编号系列", "Series"), ("单据类型", "Kind"), ("起始号", "First"), ("最后号", "Last"), ("单据数", "Documents"),
        ("作废数", "Void"), ("作废号", "Void numbers"), ("断号数", "Missing"), ("断号", "Missing numbers");
    CUSTOMER_GROUPS:
        ("客户组", "Group"), ("客户数", "Customers");
    CUSTOMER_MERGES:
        ("编号", "ID"), ("状态", "State"), ("客户编码", "Customer"), ("客户名称", "Customer name"), ("并入客户编码", "Into"),
        ("并入客户名称", "Into name"), ("日期", "Date"), ("提出人", "Proposed by"), ("提出时间", "Proposed at"),
        ("决定人", "Decided by"), ("决定时间", "Decided at"), ("撤销人", "Undone by"), ("撤销时间", "Undone at");
    BANK_DETAIL_CHANGES:
        ("编号", "ID"), ("状态", "State"), ("客户编码", "Customer"), ("客户名称", "Customer name"), ("本方账号", "Own account"),
        ("提出人", "Proposed by"), ("提出时间", "Proposed at"), ("决定人", "Decided by"), ("决定时间", "Decided at");
    PERIOD_UNLOCKS:
        ("编号", "ID"), ("状态", "State"), ("类型", "Kind"), ("原锁定至", "Was through"), ("改为锁定至", "Through"), ("原因", "Reason"),
        ("提出人", "Proposed by"), ("提出时间", "Proposed at"), ("决定人", "Decided by"), ("决定时间", "Decided at");
    DRAFTS:
        ("编号", "ID"), ("单据类型", "Kind"), ("状态", "State"), ("客户编码", "Customer"), ("记账日期", "Effective date"),
        ("币种", "Currency"), ("金额", "Amount"), ("已批准", "Approvals given"), ("须批准", "Approvals needed"),
        ("制单人", "Prepared by"), ("提交人", "Submitted by"), ("审批人", "Decided by"), ("单号", "Document"),
        ("创建时间", "Created at"), ("更新时间", "Updated at");
    ATTACHMENTS:
        ("编号", "ID"), ("文件名", "File name"), ("媒体类型", "Media type"), ("字节数", "Bytes"), ("摘要", "Digest"),
        ("草稿", "Draft"), ("单号", "Document"), ("上传人", "Created by"), ("上传时间", "Created at");
    IMPORTS:
        ("编号", "ID"), ("类型", "Kind"), ("方式", "Mode"), ("状态", "Status"), ("文件名", "File name"), ("新增", "Made"),
        ("已有", "Already there"), ("拒绝", "Refused"), ("导入人", "Imported by"), ("导入时间", "Imported at"),
        ("完成时间", "Finished at"), ("撤销人", "Undone by"), ("撤销时间", "Undone at");
    IMPORT_ROWS:
        ("导入", "Import"), ("类型", "Kind"), ("序号", "Record"), ("首行", "First row"), ("末行", "Last row"), ("对象", "Made"),
        ("状态", "Status");
    JOBS:
        ("编号", "ID"), ("类型", "Kind"), ("状态", "Status"), ("完成", "Done"), ("总数", "Total"), ("错误", "Error"),
        ("发起人", "Created by"), ("发起时间", "Created at"), ("结束时间", "Finished at");
    CLOSES:
        ("月份", "Period"), ("检查项", "Item"), ("状态", "State"), ("负责人", "Owner"), ("期限", "Due date"),
        ("必须", "Mandatory"), ("签署人", "Signed by"), ("签署时间", "Signed at");
    CLEARING_ACCOUNTS:
        ("账号", "Number"), ("支付平台", "Provider"), ("科目", "Account"), ("币种", "Currency"), ("余额", "Balance"),
        ("平台余额", "Stated"), ("平台日期", "Stated on"), ("未处理流水", "Unsettled lines");
    SUSPENSE_TOTALS:
        ("币种", "Currency"), ("清单", "Items"), ("科目余额", "Ledger"), ("一致", "Ties");
    PERIOD_LOCKS:
        ("类型", "Kind"), ("锁至", "Through"), ("设定人", "Set by"), ("设定时间", "Set at");
    TOLERANCES:
        ("客户编码", "Customer"), ("类型", "Role"), ("币种", "Currency"), ("金额", "Amount"), ("千分比", "Permille"),
        ("每月上限", "Monthly");
    ROLE_LIMITS:
        ("角色", "Role"), ("类型", "Kind"), ("币种", "Currency"), ("金额", "Amount");
    APPROVAL_RULES:
        ("单据类型", "Kind"), ("币种", "Currency"), ("起始金额", "From"), ("批准人数", "Approvals"), ("角色", "Role"),
        ("批准即过账", "Posts on approval"), ("约束接口", "Binds integrators"), ("内置", "Built in"), ("仍约束", "Binds still");
    USERS:
        ("登录名", "Login"), ("姓名", "Name"), ("角色", "Roles"), ("有效", "Active"), ("有密码", "Has password"),
        ("须改密码", "Must change password"), ("创建时间", "Created at"), ("编号", "ID"), ("待确认的设立人", "Behind");
    ROLES:
        ("角色", "Role"), ("对象", "Object"), ("查看", "Read"), ("录入", "Enter"), ("运行", "Run"), ("复核", "Approve"),
        ("配置", "Configure"), ("锁定", "Lock"), ("清除", "Erase"), ("审计", "Audit"), ("例外", "Except");
    TOKENS:
        ("登录名", "Login"), ("用途", "Label"), ("创建时间", "Created at"), ("到期时间", "Expires at"),
        ("吊销时间", "Revoked at"), ("编号", "ID");
    PLUGINS:
        ("名称", "Name"), ("版本", "Version"), ("接口", "World"), ("内置", "Built in"), ("准入人", "Admitted by"),
        ("准入时间", "Admitted at"), ("SHA-256", "SHA-256");
    BINDINGS:
        ("位置", "Slot"), ("生效日", "Valid from"), ("状态", "Status"), ("组件", "Component"), ("配置", "Configuration"),
        ("提出人", "Proposed by"), ("提出时间", "Proposed at"), ("决定人", "Decided by"), ("决定时间", "Decided at"),
        ("编号", "ID");
    EVENTS:
        ("位置", "Position"), ("编号", "ID"), ("类型", "Kind"), ("对象", "Subject"), ("操作人", "Actor"), ("时间", "At"),
        ("内容", "Data");
    AUDIT_LOG:
        ("时间", "At"), ("类型", "Kind"), ("操作人", "Person"), ("操作身份", "Actor"), ("对象", "Subject"), ("涉及", "Names"), ("币种", "Currency"),
        ("金额", "Amount"), ("内容", "Data"), ("位置", "Position"), ("编号", "ID");
}

pub(super) const fn columns(list: List) -> &'static [Column] {
    match list {
        List::Customers => CUSTOMERS,
        List::Contacts => CONTACTS,
        List::Items => ITEMS,
        List::Invoices => INVOICES,
        List::Receipts | List::OpeningBalances => RECEIPTS,
        List::OpenItems => OPEN_ITEMS,
        List::Disputes => DISPUTES,
        List::Exceptions => EXCEPTIONS,
        List::Bills => BILLS,
        List::Deliveries => DELIVERIES,
        List::TaxInvoices => TAX_INVOICES,
        List::BankLines => BANK_LINES,
        List::BankMoves => BANK_MOVES,
        List::Suspense => SUSPENSE,
        List::Proposals => PROPOSALS,
        List::Statements => STATEMENTS,
        List::Allocations => ALLOCATIONS,
        List::Aging => AGING,
        List::BankAccounts => BANK_ACCOUNTS,
        List::BankFiles => BANK_FILES,
        List::FxRates => FX_RATES,
        List::Revaluations => REVALUATIONS,
        List::Regroupings => REGROUPINGS,
        List::Chart => CHART,
        List::Series => SERIES,
        List::CustomerGroups => CUSTOMER_GROUPS,
        List::CustomerMerges => CUSTOMER_MERGES,
        List::BankDetailChanges => BANK_DETAIL_CHANGES,
        List::Drafts => DRAFTS,
        List::Attachments => ATTACHMENTS,
        List::Imports => IMPORTS,
        List::ImportRows => IMPORT_ROWS,
        List::Jobs => JOBS,
        List::Closes => CLOSES,
        List::ClearingAccounts => CLEARING_ACCOUNTS,
        List::SuspenseTotals => SUSPENSE_TOTALS,
        List::PeriodLocks => PERIOD_LOCKS,
        List::PeriodUnlocks => PERIOD_UNLOCKS,
        List::Tolerances => TOLERANCES,
        List::RoleLimits => ROLE_LIMITS,
        List::ApprovalRules => APPROVAL_RULES,
        List::Users => USERS,
        List::Roles => ROLES,
        List::Tokens => TOKENS,
        List::Plugins => PLUGINS,
        List::Bindings => BINDINGS,
        List::Events => EVENTS,
        List::AuditLog => AUDIT_LOG,
    }
}
