"""Contents to print: a scale that passes, one that fails, in both languages, and the signer of the tests."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldcal.domain.certificate import CertificateContent, Person, StandardLine, Table
from fieldcal.reporting import qr


class SeedSigner:
    """A real Ed25519 key from a fixed seed."""

    def __init__(self, seed: bytes = bytes(range(32))) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    @property
    def kid(self) -> bytes:
        return hashlib.sha256(self.public_key).digest()[:8]

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


INSTITUTION = {
    "name": "示例市计量检定测试所", "authorisation": "（示例）法计（2025）001号", "address": "示例市计量路 1 号",
    "phone": "0000-0000000", "postcode": "000000", "email": "office@example.cn", "fax": "", "code": "370100",
}  # fmt: skip

WEIGHING = Table(
    title="称量示值误差", clause="7.4.3", verdict="pass", note="进程与回程各 5 点，ΔL 法取 0.1 e",
    columns=["载荷 L / kg", "示值 I / kg", "附加 ΔL / g", "误差 E / g", "修正误差 Ec / g", "允差 / g"],
    rows=[
        ["0.1 ↑", "0.100", "2.0", "+0.5", "0.0", "±2.5"], ["2.5 ↑", "2.500", "2.5", "0.0", "-0.5", "±2.5"],
        ["5.0 ↑", "5.000", "1.5", "+1.0", "+0.5", "±5.0"], ["10.0 ↑", "10.000", "0.5", "+2.0", "+1.5", "±5.0"],
        ["15.0 ↑", "15.005", "4.0", "+3.5", "+3.0", "±7.5"], ["15.0 ↓", "15.005", "4.0", "+3.5", "+3.0", "±7.5"],
        ["10.0 ↓", "10.000", "1.0", "+1.5", "+1.0", "±5.0"], ["5.0 ↓", "5.000", "1.5", "+1.0", "+0.5", "±5.0"],
        ["2.5 ↓", "2.500", "2.0", "+0.5", "0.0", "±2.5"], ["0.1 ↓", "0.100", "2.0", "+0.5", "0.0", "±2.5"],
    ],
    struck=[["5.0 ↑", "5.010", "1.5", "+11.0", "+10.5", "±5.0", "砝码未放稳，重读"]],
    summary=[["最大 |Ec|", "3.0 g", "7.5 g", "pass"]],
)  # fmt: skip

ECCENTRIC = Table(
    title="偏载", clause="7.4.5", verdict="pass", note="",
    columns=["位置", "载荷 / kg", "示值 / kg", "误差 / g", "允差 / g"],
    rows=[[place, "5.0", "5.000", error, "±5.0"] for place, error in
          zip(("中", "左前", "左后", "右后", "右前"), ("+0.5", "+1.0", "-1.0", "0.0", "+1.5"), strict=True)],
    summary=[["最大 |E|", "1.5 g", "5.0 g", "pass"]],
)  # fmt: skip

REPEAT = Table(
    title="重复性", clause="7.4.6", verdict="pass", note="",
    columns=["次数", "载荷 / kg", "示值 / kg", "误差 / g"],
    rows=[[str(n), "7.5", "7.500", error] for n, error in ((1, "+0.5"), (2, "+1.0"), (3, "+0.5"))],
    summary=[["Emax - Emin", "0.5 g", "5.0 g", "pass"]],
)  # fmt: skip

LOOK = Table(
    title="外观检查", clause="7.2", verdict="pass", note="铭牌、封印完好；水平泡居中",
    columns=[], rows=[], summary=[],
)  # fmt: skip

PASSING = CertificateContent(
    document="certificate", language="zh", number="JL2026-L03-00127", record_no="R2026-L03-00127",
    institution=INSTITUTION, client="第一农贸市场管理服务中心", client_address="示例市农贸路 8 号 <东门> & 西侧",
    instrument="电子计价秤", model="ACS-15  Max 15 kg  e = 5 g  Ⅲ级", serial="20231377",
    maker="示例衡器制造有限公司",
    plate=[["最大秤量 Max", "15 kg"], ["检定分度值 e", "5 g"], ["实际分度值 d", "5 g"], ["准确度等级", "Ⅲ"]],
    regulation="JJG 539-2016", regulation_title="数字指示秤", kind="后续检定", conclusion="Ⅲ级合格", failed=[],
    verified_on="2026-11-23", valid_to="2027-11-22", place="第一农贸市场 09 号摊位",
    environment=[["温度（始 / 末）", "18.4 ℃ / 18.6 ℃"], ["相对湿度（始 / 末）", "45 % / 46 %"]],
    standards=[
        StandardLine("砝码组", "1 mg ~ 20 kg", "F-0231", "M₁ 等级".replace("₁", "1"), "（示例）LX2026-0012",
                     "示例省计量科学研究院", "2027-05-31"),
        StandardLine("温湿度表", "TH-20", "7781", "U = 0.3 ℃, k = 2", "（示例）RG2026-0533",
                     "示例省计量科学研究院", "2027-03-14"),
    ],
    tables=[LOOK, WEIGHING, ECCENTRIC, REPEAT],
    technician=Person("检定员甲", "ZJ-000001", "2026-11-23 10:42:05 +08:00", "5b1f 09c2 77ad e310"),
    checker=Person("核验员乙", "ZJ-000002", "2026-11-23 15:10:44 +08:00", "91aa 3f0e 2b6c 0d55"),
    approver=Person("批准人丁", "ZJ-000004", "2026-11-23 18:39:12 +08:00", "c40e 8812 f6b9 7a21"),
    journal_head="7d" * 32, record_hash="3c" * 32, procedure_hash="a9" * 32, software="fieldcal 0.1.0",
    attempts=1, statements=["本证书仅对所检计量器具有效。", "下次检定应在有效期届满前申请。"],
    watermark="", demo=True,
)  # fmt: skip

_BROKEN = msgspec.structs.replace(
    ECCENTRIC, verdict="fail", note="右前超差",
    rows=[*ECCENTRIC.rows[:-1], ["右前", "5.0", "5.010", "+11.0", "±5.0"]],
    summary=[["最大 |E|", "11.0 g", "5.0 g", "fail"]],
)  # fmt: skip

FAILING = msgspec.structs.replace(
    PASSING, document="notice", number="TZ2026-L03-00003", conclusion="不合格", valid_to="",
    failed=["偏载：右前 +11.0 g，允差 ±5.0 g"], tables=[LOOK, WEIGHING, _BROKEN, REPEAT],
)  # fmt: skip

_ENGLISH: dict[str, Any] = {
    "language": "en", "instrument": "Electronic price computing scale",
    "model": "ACS-15  Max 15 kg  e = 5 g  class III", "client": "First Farmers' Market Service Centre",
    "client_address": "8 Market Road, Example City", "maker": "Example Scales Co., Ltd.",
    "regulation_title": "Digital Indicating Weighing Instruments", "kind": "Subsequent verification",
    "place": "First Farmers' Market, stall 09", "plate": [["Max", "15 kg"], ["e", "5 g"], ["Class", "III"]],
    "environment": [["Temperature", "18.4 ℃ / 18.6 ℃"], ["Relative humidity", "45 % / 46 %"]],
    "institution": {**INSTITUTION, "name": "Example City Institute of Metrology",
                    "authorisation": "(example) 2025-001", "address": "1 Metrology Road, Example City"},
    "statements": ["This certificate relates only to the instrument verified."],
}  # fmt: skip
ENGLISH_TABLE = Table(
    title="Errors of indication", clause="7.4.3", verdict="pass", note="",
    columns=["Load / kg", "Indication / kg", "Error / g", "Limit / g"],
    rows=[["5.0", "5.000", "+1.0", "±5.0"], ["15.0", "15.005", "+3.5", "±7.5"]],
    summary=[["Largest |E|", "3.5 g", "7.5 g", "pass"]],
)  # fmt: skip
PASSING_EN = msgspec.structs.replace(PASSING, conclusion="Conforms to class III", tables=[ENGLISH_TABLE], **_ENGLISH)
FAILING_EN = msgspec.structs.replace(
    FAILING, conclusion="Does not conform", failed=["Errors of indication"],
    tables=[msgspec.structs.replace(ENGLISH_TABLE, verdict="fail", summary=[["|E|", "8.5 g", "7.5 g", "fail"]])],
    **_ENGLISH,
)  # fmt: skip
DRAFT = msgspec.structs.replace(PASSING, watermark="未采用 NOT ADOPTED")

SAMPLES = {"pass-zh": PASSING, "fail-zh": FAILING, "pass-en": PASSING_EN, "fail-en": FAILING_EN, "draft-zh": DRAFT}


def code(content: CertificateContent) -> str:
    return qr.build(qr.payload(content), SeedSigner())
