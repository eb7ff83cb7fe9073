"""The demo workspace: an institution, four people, a market, a gas station, standards in date, adopted procedures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fieldcal.domain import events as ev
from fieldcal.domain.adoption import signed_bytes
from fieldcal.domain.compiled import Compiled
from fieldcal.services.identity import ADMIN, APPROVER, CHECKER, TECHNICIAN, seal_pin
from fieldcal.services.ports import Blob
from fieldcal.services.revise import revise
from fieldcal.services.workspace import Workspace

PINS = {"tech": "1111", "check": "2222", "approve": "3333", "admin": "4444"}
SCALE, NOZZLE, PRICE = "jjg539-2016", "jjg443-2023", "jjg1204-2025"
INSTITUTION = {
    "name": "示例市计量检定测试所", "code": "370100", "authorisation": "（示例）法计〔2025〕001号",
    "address": "示例市计量路 1 号", "phone": "0000-0000000", "postcode": "000000", "fax": "0000-0000001",
    "email": "office@example.cn",
}  # fmt: skip
PEOPLE = [
    ("tech", "检定员甲", [TECHNICIAN], "ZJ-2024-0101"),
    ("check", "核验员乙", [CHECKER], "ZJ-2023-0207"),
    ("approve", "批准人丁", [APPROVER], "ZJ-2020-0033"),
    ("admin", "管理员戊", [ADMIN], "ZJ-2022-0015"),
]
# JJG 1204-2025 leaves its numbers to the printed text. These are made up for the demo's scales, after OIML R76-1.
PRINTED = {
    "mpe_bounds": "500; 2000; 10000", "mpe_values": "0.5; 1; 1.5", "in_use_factor": "2",
    "loads": "100; 2500; 7500; 10000; 15000", "eccentric_load": "5000", "repeat_load": "12000", "repeat_count": "3",
    "zero_limit": "0.25", "tare_limit": "0.25", "extra_in_d": "1.4",
}  # fmt: skip
MADE_UP = "演示虚构值 / made up for the demo"
PIECES = {  # what is in the boxes of the van, by standard
    "M1-01": [
        ("20 kg", 2), ("10 kg", 1), ("5 kg", 1), ("2 kg", 2), ("1 kg", 1), ("500 g", 1), ("200 g", 2), ("100 g", 1),
        ("50 g", 1), ("20 g", 2), ("10 g", 1), ("5 g", 1), ("2 g", 2), ("1 g", 1), ("500 mg", 1), ("200 mg", 2),
        ("100 mg", 1),
    ],
    "MM-100": [("100 L", 1), ("50 L", 1), ("20 L", 1), ("5 L", 1)],
}  # fmt: skip
FUELS = ["petrol", "petrol", "diesel", "petrol"]


def fill(ws: Workspace, device: str, speed: int) -> None:
    """Writes the whole demo catalogue; the people's PINs are PINS."""
    actor = "system"
    ws.put("workspace", ev.WorkspaceMade(INSTITUTION, True, device, speed), actor)
    today = ws.today()
    window = (today.isoformat(), today.replace(year=today.year + 3, day=1).isoformat())
    key = ev.KeyEnrolled(ws.signer.kid.hex(), "ed25519", ws.signer.public_key.hex(), *window)
    ws.put("workspace", key, actor)
    projects = [c.procedure.regulation for c in ws.library.all()]
    for name, label, roles, register in PEOPLE:
        pin = seal_pin(PINS[name], name.encode().ljust(16, b"."))
        valid = (today + timedelta(days=900)).isoformat()
        ws.put(f"person:{name}", ev.PersonPut(name, label, roles, register, projects, valid, pin), actor)
    for document, template in (("certificate", "JL{year}-D01-{seq:05d}"), ("notice", "TZ{year}-D01-{seq:05d}")):
        ws.put(f"pool:{document}", ev.PoolPut(document, template, 1, 500), actor)
    _standards(ws, actor)
    _sites(ws, actor)
    for compiled in ws.library.all():
        made = filled(compiled) if compiled.procedure.id == PRICE else compiled
        adopt(ws, made, "admin", base="" if made is compiled else compiled.sha256)


def filled(compiled: Compiled) -> Compiled:
    """With PRINTED in the values that the file leaves open."""
    places = {entry.id: at for at, entry in enumerate(compiled.procedure.inputs)}
    changes = {("inputs", places[name], "default"): text for name, text in PRINTED.items() if name in places}
    return revise(compiled, changes, compiled.procedure.revision + 1)


def adopt(ws: Workspace, compiled: Compiled, actor: str, base: str = "") -> None:
    """The demo laboratory's adoption: every value confirmed as its source states it, and as made up what was filled
    into the file with the hash `base`."""
    procedure = compiled.procedure
    values = {
        name: ev.Confirmed(MADE_UP if base and s.grade == "X" else procedure.regulation, s.clause, "demo")
        for name, s in procedure.sources.items()
    }
    signature = ws.signer.sign(signed_bytes(procedure.id, compiled.sha256, values)).hex()
    stream = f"procedure:{procedure.id}"
    adopted = ev.ProcedureAdopted(procedure.id, compiled.sha256, values, signature, base)
    file = Blob(compiled.data, "application/toml")
    ws.record(stream, len(ws.journal.read(stream)), [adopted], actor, blobs=[file])


def _standards(ws: Workspace, actor: str) -> None:
    until = (ws.today() + timedelta(days=300)).isoformat()
    lab = "示例省计量科学研究院"
    found: list[tuple[str, str, str, str, str, str, dict[str, str]]] = [
        ("M1-01", "标准砝码", "1 mg～20 kg", "W20250117", "weights", "M1", {"error": "0.75"}),
        ("TH-02", "温湿度计", "TH-20", "TH250882", "environment", "±0.3 ℃，±3 %RH", {"error": "0.3"}),
        ("MM-100", "标准金属量器", "5 L～100 L", "LQ2201", "measure", "二等", {"error": "0.025"}),
        ("DT-02", "数字温度计", "DT-2CH", "DT230416", "thermometer", "分度值 0.1 ℃", {"error": "0.1"}),
        ("SW-01", "电子秒表", "SW-5", "SW11873", "stopwatch", "0.01 s", {"error": "0.01"}),
    ]
    for name, title, model, serial, role, accuracy, values in found:
        pieces = [{"nominal": nominal, "count": str(count)} for nominal, count in PIECES.get(name, [])]
        put = ev.StandardPut(name, title, model, serial, role, accuracy, values, f"LX2026-{serial}", lab, until, pieces)
        ws.put(f"standard:{name}", put, actor)


def scale_plate(stall: int, **other: Any) -> dict[str, Any]:
    plate = {
        "name": "电子计价秤", "maker": "示例衡器制造有限公司", "model": "ACS-15", "serial": f"2023{1100 + stall * 7}",
        "accuracy_class": "III", "unit": "kg", "range_mode": "single", "max": "15 kg", "min": "100 g", "e": "5 g",
        "price_computing": "yes",
    }  # fmt: skip
    return plate | other


def nozzle_plate(dispenser: int, nozzle: int) -> dict[str, Any]:
    return {
        "maker": "示例加油设备有限公司", "model": "DJY-218A", "serial": f"D2204{dispenser}{nozzle}",
        "nozzle": f"{dispenser}-{nozzle}", "fuel": FUELS[nozzle - 1], "qmax": "50 L/min", "mmq": "5 L",
        "unit_price": "7.65 CNY/L", "v_n": "100.00 L", "h_0": "200.0 mm", "d": "4.0 mL/mm",
        "mmq_v_n": "5.000 L", "mmq_h_0": "60.0 mm", "mmq_d": "0.5 mL/mm", "drip_own": "180 s",
        "mmq_mpe": "0.50", "mmq_rep": "0.25", "q2_low": "36", "q2_high": "44",  # what the demo's printed text says
    }  # fmt: skip


def _sites(ws: Workspace, actor: str) -> None:
    market = ev.SitePut("market", "第一农贸市场", "market", "示例市农贸路 8 号", "第一农贸市场管理服务中心", 1)
    station = ev.SitePut("station", "城东加油站", "station", "示例市城东大道 66 号", "城东石油销售有限公司", 2)
    for site in (market, station):
        ws.put(f"site:{site.id}", site, actor)
    for stall in range(1, 13):
        name = f"stall-{stall:02d}"
        put = ev.InstrumentPut(name, "market", f"{stall:02d}号摊位", SCALE, scale_plate(stall))
        ws.put(f"instrument:{name}", put, actor)
    for dispenser in (1, 2):
        for nozzle in range(1, 5):
            name = f"nozzle-{dispenser}-{nozzle}"
            place = f"{dispenser}号机 {nozzle}号枪"
            put = ev.InstrumentPut(name, "station", place, NOZZLE, nozzle_plate(dispenser, nozzle))
            ws.put(f"instrument:{name}", put, actor)
