"""Words on paper, Chinese and English; a paper is in one language, its data in whatever was recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

TERMS: dict[str, tuple[str, str]] = {
    "certificate": ("检定证书", "Verification Certificate"),
    "notice": ("检定结果通知书", "Notice of Verification Result"),
    "record": ("原始记录", "Raw Record"),
    "label": ("检定合格", "VERIFIED"),
    "number": ("证书编号", "Certificate No."),
    "notice-number": ("通知书编号", "Notice No."),
    "record-number": ("原始记录号", "Record No."),
    "page": ("第 {} 页 共 {} 页", "Page {} of {}"),
    "authorisation": ("计量检定机构授权证书号", "Authorisation No."),
    "client": ("送检单位", "Applicant"),
    "client-address": ("单位地址", "Address of applicant"),
    "instrument": ("计量器具名称", "Instrument"),
    "model": ("型号 / 规格", "Model / specification"),
    "serial": ("出厂编号", "Serial No."),
    "maker": ("制造单位", "Manufacturer"),
    "basis": ("检定依据", "Regulation"),
    "kind": ("检定类别", "Kind of verification"),
    "conclusion": ("检定结论", "Conclusion"),
    "technician": ("检定员", "Verified by"),
    "checker": ("核验员", "Checked by"),
    "approver": ("批准人", "Approved by"),
    "register": ("注册号", "Reg. No."),
    "person": ("姓名", "Name"),
    "signature": ("签名指纹", "Signature"),
    "signed": ("签名时间", "Signed at"),
    "verified-on": ("检定日期", "Date of verification"),
    "valid-to": ("有效期至", "Valid until"),
    "address": ("地址", "Address"),
    "phone": ("电话", "Tel."),
    "fax": ("传真", "Fax"),
    "postcode": ("邮编", "Postcode"),
    "email": ("电子邮箱", "E-mail"),
    "seal": ("检定专用章", "检定专用章"),
    "seal-demo": ("演示 · 无效", "演示 · 无效"),
    "scan": ("扫码离线核验", "Scan to verify offline"),
    "standards": ("检定所用计量标准器", "Measurement standards used"),
    "standard-name": ("名称", "Name"),
    "standard-model": ("型号规格", "Model"),
    "standard-serial": ("编号", "No."),
    "standard-accuracy": ("准确度等级 / 不确定度", "Accuracy / uncertainty"),
    "standard-certificate": ("证书编号", "Certificate No."),
    "standard-by": ("溯源机构", "Issued by"),
    "standard-valid": ("有效期至", "Valid until"),
    "conditions": ("检定地点与环境条件", "Place and environment"),
    "place": ("检定地点", "Place"),
    "plate": ("铭牌与技术参数", "Rating plate"),
    "results": ("检定结果", "Results"),
    "clause": ("（条款 {}）", " (clause {})"),
    "found": ("　判定：{}", "   Verdict: {}"),
    "item": ("检定项目", "Item"),
    "quantity": ("量", "Quantity"),
    "value": ("结果", "Value"),
    "limit": ("允许值", "Limit"),
    "verdict": ("判定", "Verdict"),
    "note": ("说明：{}", "Note: {}"),
    "failed": ("不合格项目", "Failed items"),
    "reason": ("划改原因", "Reason struck"),
    "struck": ("划线者为作废读数，原值保留", "Struck readings are void; the old value stays readable"),
    "times": ("检定用时", "Times"),
    "begin": ("开始", "Begin"),
    "ended": ("结束", "End"),
    "duration": ("用时", "Duration"),
    "least": ("规定最短", "At least"),
    "identity": ("被检器具", "Instrument under verification"),
    "trace": ("数据完整性", "Data integrity"),
    "journal-head": ("日志链头", "Journal head"),
    "record-hash": ("记录散列", "Record hash"),
    "procedure-hash": ("检定程序散列", "Procedure hash"),
    "software": ("软件", "Software"),
    "attempts": ("测量次数（轮）", "Attempts"),
    "signatures": ("签名", "Signatures"),
    "copy": ("未经本机构书面批准不得部分复印", "Not to be reproduced in part without written approval"),
    "demo": ("演示数据，不具法律效力", "Demonstration data without legal effect"),
    "end": ("以下空白", "End of certificate"),
    "end-notice": ("以下空白", "End of notice"),
    "end-record": ("以下空白", "End of record"),
    "pass": ("合格", "Pass"),
    "fail": ("不合格", "Fail"),
    "not-applicable": ("不适用", "Not applicable"),
    "not-done": ("未检", "Not done"),
    "suspect": ("存疑", "Suspect"),
    "explanation": ("判定说明", "Explanation of the Verdict"),
    "with-u": ("不确定度", "With U"),
    "budget": ("不确定度评定", "Uncertainty budget"),
    "half-width": ("分量：半宽、分度或标准偏差，出处", "Part: half-width, step or deviation; source"),
    "part-u": ("u", "u"),
    "part-c": ("灵敏系数 c", "Sensitivity c"),
    "part-cu": ("|c|·u", "|c|·u"),
    "part-share": ("占 uc²", "Share of u_c²"),
    "of-standard": ("标准器", "standard"),
    "given": ("评定所取的值", "Values the budget takes"),
    "stated": ("由人员给出的评定取值", "Values stated for the budgets"),
    "formulas": ("公式与代入", "Formulas with their numbers"),
    "limit-formulas": ("限值的来历", "Where the limit comes from"),
    "formula": ("公式", "Formula"),
    "with-numbers": ("代入数值", "With numbers"),
    "source": ("出处", "Source"),
    "numbers": ("代入的数值（全部位数）", "Numbers put in, to the last digit"),
    "symbol": ("符号", "Symbol"),
    "meaning": ("含义", "Meaning"),
    "exact-value": ("数值", "Value"),
    "point": ("点", "Point"),
    "cut": ("带 … 的数值未全部列出，计算用全部位数", "A number with … goes on; all its digits are calculated with"),
    "borderline": ("临界", "Borderline"),
    "warning": ("提示", "Warning"),
    "lot-accepted": ("抽样检定批判定书", "Verdict on a Lot"),
    "lot-rejected": ("抽样检定批判定书", "Verdict on a Lot"),
    "lot-number": ("批号", "Lot No."),
    "lot-size": ("批量", "Size of the lot"),
    "lot-serials": ("该批的出厂编号", "Serial numbers of the lot"),
    "lot-facts": ("抽样方案与抽取", "Plan and draw"),
    "decided-on": ("判定日期", "Date of the verdict"),
    "sampler": ("抽样人", "Drawn by"),
    "revision": ("程序修订号", "Procedure revision"),
    "plan": ("抽样方案", "Sampling plan"),
    "plan-numbers": ("n = {}，Ac = {}，Re = {}", "n = {}, Ac = {}, Re = {}"),
    "plan-basis": ("方案依据", "Basis of the plan"),
    "plan-file": ("检定程序文件", "procedure file"),
    "method": ("抽取方法", "Method of the draw"),
    "seed": ("种子", "Seed"),
    "drawn-at": ("抽取时间", "Drawn at"),
    "sample": ("样本", "Sample"),
    "paper-number": ("证书 / 通知书编号", "Certificate or notice"),
    "struck-runs": ("中止或作废", "Aborted or void"),
    "failed-of": ("不合格 {} 台", "{} failed"),
    "replaced": ("替换", "Replaced"),
    "successor": ("替换为", "By"),
    "why": ("原因", "Reason"),
    "again": (
        "任何人可重新抽取：对“种子、换行符（0x0A）、出厂编号”的 UTF-8 字节求 SHA-256，按散列值从小到大排列，"
        "前 n 个即样本；被替换者由次序中的下一个顶替。",
        "Anyone can draw again: SHA-256 over the UTF-8 bytes of seed, line feed (0x0A) and serial number, in ascending "
        "order; the first n are the sample, and the next in order stands in for one that was replaced.",
    ),
    "each-paper": (
        "样本中的每台器具另有检定证书或检定结果通知书。",
        "Each instrument of the sample has a certificate or notice of its own.",
    ),
    "end-lot": ("以下空白", "End of verdict"),
    "electronic": ("电子证书", "Electronic certificate"),
}  # fmt: skip

Terms = Callable[[str], str]


def terms(language: str) -> Terms:
    """Look-up for one language; a key that is no term comes back as it is (free text of a record)."""
    column = 1 if language == "en" else 0

    def term(key: str) -> str:
        return TERMS[key][column] if key in TERMS else key

    return term


def day(iso: str, language: str) -> str:
    """A date as the paper writes it; empty stays empty."""
    if not iso or language == "en":
        return iso
    value = date.fromisoformat(iso)
    return f"{value.year} 年 {value.month} 月 {value.day} 日"
