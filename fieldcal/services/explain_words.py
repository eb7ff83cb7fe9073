"""What an explanation says, in both languages, and how it names the things of a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.procedure import Budget, Column, Derived, Input, Item, Result, Text
from fieldcal.services.present import pick

WORDS: dict[str, tuple[str, str]] = {
    "rule": ("判定规则", "Rule"),
    "rule-limit": ("{name}的绝对值不得大于 {limit}", "The magnitude of {name} must not be above {limit}"),
    "rule-between": ("{name}不得小于 {low}，也不得大于 {high}", "{name} must be neither below {low} nor above {high}"),
    "rule-low": ("{name}不得小于 {low}", "{name} must not be below {low}"),
    "rule-high": ("{name}不得大于 {high}", "{name} must not be above {high}"),
    "inclusive": ("等于限值视为符合", "a value equal to the limit complies"),
    "warns": ("仅提示，不影响结论", "informs only, does not decide"),
    "applies": ("适用条件", "Applies when"),
    "clause": ("依据条款", "Clause"),
    "grade-A": ("可信度 A：多个公开来源一致", "grade A: several public sources agree"),
    "grade-B": ("可信度 B：一个公开来源", "grade B: one public source"),
    "grade-C": ("可信度 C：未经原文核对", "grade C: not checked against the printed text"),
    "grade-X": ("可信度 X：未知，须按规程原文填写", "grade X: unknown, to be filled from the printed text"),
    "rounding": ("修约", "Rounding"),
    "rounded": ("未修约 {value}，间隔 {interval}，修约一次（四舍六入五成双，GB/T 8170）→ {near}",
                "unrounded {value}, interval {interval}, rounded once, half to even (GB/T 8170) → {near}"),
    "not-rounded": ("不修约，按未修约值判定", "not rounded; the unrounded value is judged"),
    "compare-full": ("全数值比较：判未修约值", "full-value comparison: the unrounded value is judged"),
    "compare-rounded": ("修约值比较：判修约后的值", "rounded-value comparison: the rounded value is judged"),
    "compare-both": ("两种比较须一致：全数值 {full}，修约值 {rounded}",
                     "both comparisons must agree: full value {full}, rounded value {rounded}"),
    "limit": ("限值", "Limit"),
    "inside": ("{value} 在限内，距 {bound} 还有 {distance}", "{value} is inside, {distance} from {bound}"),
    "equal": ("{value} 恰等于 {bound}", "{value} equals {bound}"),
    "above": ("{value} 超出上限 {bound}，超 {distance}", "{value} is above the upper limit {bound} by {distance}"),
    "below": ("{value} 低于下限 {bound}，差 {distance}", "{value} is below the lower limit {bound} by {distance}"),
    "used": ("占允许值的 {share} %", "{share} % of what is allowed"),
    "no-limit": ("没有可比较的限值，不能判定", "there is no limit to compare with, nothing can be judged"),
    "standard": ("标准器", "Standard"),
    "standard-kept": ("{formula}，即 {numbers}：占允许值的 {share} %",
                      "{formula}, that is {numbers}: {share} % of what is allowed"),
    "standard-broken": ("{formula}，即 {numbers}：不符合，占允许值的 {share} %",
                        "{formula}, that is {numbers}: not kept, {share} % of what is allowed"),
    "standard-ratio": ("标准器误差（或不确定度）为限值的 {share} %",
                       "the standard's error (or uncertainty) is {share} % of the limit"),
    "standard-none": ("{formula}：所用标准器未给出数值", "{formula}: the standard in use states no value"),
    "standard-share": ("不确定度中来自标准器的分量（{names}）：占 uc² 的 {share} %，单独给出 U = {U} {unit}",
                       "their part in the uncertainty ({names}): {share} % of u_c², U = {U} {unit} by itself"),
    "standard-share-limit": ("，为最大允许误差的 {share} %", ", {share} % of the MPE"),
    "with-u": ("({value} ± {U}) {unit}，k = {k}", "({value} ± {U}) {unit}, k = {k}"),
    "of-mean": ("，{count} 次的平均值", ", mean of {count} runs"),
    "u-of-point": ("U = {U} {unit}，k = {k}，该检定点 {count} 行",
                   "U = {U} {unit}, k = {k}, for the {count} rows of this point"),
    "combined": ("合成不确定度", "Combined"),
    "u-combined": ("uc = √({sum}) = {u} {unit}；有效自由度 {freedom}",
                   "u_c = √({sum}) = {u} {unit}; effective degrees of freedom {freedom}"),
    "expanded": ("扩展不确定度", "Expanded"),
    "u-expanded": ("U = k × uc = {k} × {u} = {U} {unit}，修约时只进不舍 → {printed} {unit}",
                   "U = k × u_c = {k} × {u} = {U} {unit}, rounded up → {printed} {unit}"),
    "check-u": ("U ≤ MPE/3", "U ≤ MPE/3"),
    "check-kept": ("成立：{U} ≤ {limit} ÷ 3 = {third} {unit}；U 为最大允许误差的 {share} %",
                   "holds: {U} ≤ {limit} ÷ 3 = {third} {unit}; U is {share} % of the MPE"),
    "check-broken": ("不成立：{U} > {limit} ÷ 3 = {third} {unit}；U 为最大允许误差的 {share} %。"
                     "结论仍由直接比较得出，请核验员判断标准器与方法是否够用",
                     "does not hold: {U} > {limit} ÷ 3 = {third} {unit}; U is {share} % of the MPE. The verdict still "
                     "comes from plain comparison; the checker decides whether standards and method were good enough"),
    "no-budget": ("不能计算，缺 {name}", "cannot be computed without {name}"),
    "not-given": ("不能计算，缺 {name}：在判定说明（F1）中填写，或由 procedures budget --set {id}=… 给出",
                  "cannot be computed without {name}: the explanation (F1) and procedures budget --set {id}=… take it"),
    "no-spread": ("各分量均为零，没有可给出的 U", "every part is zero, there is no U to state"),
    "spread-normal": ("正态", "normal"), "spread-rect": ("均匀 ÷√3", "rectangular ÷√3"),
    "spread-triangular": ("三角 ÷√6", "triangular ÷√6"), "spread-u_shaped": ("反正弦 ÷√2", "U-shaped ÷√2"),
    "spread-step": ("分度 ÷2√3", "step ÷2√3"),
    "type-A": ("A 类", "type A"), "type-B": ("B 类", "type B"),
    "together": ("与 {names} 同源，r = 1", "one cause with {names}, r = 1"),
    "stated-by": ("由 {by} 于 {at} 给出", "stated by {by} on {at}"),
    "stated": ("由所用标准器给出", "stated by the standard in use"),
    "trials": ("蒙特卡洛", "Trials"),
    "trials-drawn": ("{count} 次，随机种子 {seed}", "{count} trials, seed {seed}"),
    "interval": ("95 % 区间", "95 % interval"),
    "trials-interval": ("试验 [{low}, {high}] {unit}，u = {u} {unit}\n"
                        "预算 [{gum_low}, {gum_high}] {unit}，y ± 1.96 uc",
                        "trials [{low}, {high}] {unit}, u = {u} {unit}\n"
                        "budget [{gum_low}, {gum_high}] {unit}, y ± 1.96 u_c"),
    "validation": ("JJF 1059.2", "JJF 1059.2"),
    "agrees": ("一致：两端相差 {d_low} 和 {d_high} {unit}，均不大于 {tolerance} {unit}",
               "agree: the ends differ by {d_low} and {d_high} {unit}, neither by more than {tolerance} {unit}"),
    "agrees-not": ("不一致：两端相差 {d_low} 和 {d_high} {unit}，允许 {tolerance} {unit}",
                   "do not agree: the ends differ by {d_low} and {d_high} {unit}, allowed are {tolerance} {unit}"),
    "covered": ("给出的 U 包含试验的整个区间", "the stated U covers the whole interval of the trials"),
    "covered-not": ("给出的 U 未包含试验的整个区间：应以试验的区间为准",
                    "the stated U does not cover the interval of the trials: theirs is the one to believe"),
    "value": ("数值", "Value"),
    "shown-as": ("{own} = {shown}", "{own} = {shown}"),
    "reading": ("读数", "reading"),
    "plate": ("铭牌", "nameplate"),
    "table": ("表 {name}", "table {name}"),
    "point": ("检定点", "point"),
    "previous": ("上一行的{name}", "{name} of the row before"),
    "of-item": ("{item}：{name}", "{item}: {name}"),
    "rows": ("各行的值", "values of the rows"),
    "computed": ("计算", "computed"),
    "kind": ("检定类别", "kind of verification"),
    "repeat": ("次序", "repeat"),
    "runs_made": ("次数", "runs made"),
    "direction": ("方向", "direction"),
    "load": ("载荷", "load"), "net_load": ("净载荷", "net load"), "nominal": ("标称值", "nominal value"),
    "mark": ("检定点示值", "mark"), "set_point": ("设定点", "set point"),
    "row": ("第 {number} 行", "row {number}"),
    "because": ("因为 {test}", "because {test}"),
    "because-not": ("因为不满足 {test}", "because this does not hold: {test}"),
    "pass": ("合格", "pass"), "fail": ("不合格", "fail"), "borderline": ("临界", "borderline"),
    "not-done": ("不能判定", "not decided"), "warning": ("提示", "warning"),
    "suspect": ("存疑", "suspect"), "not-applicable": ("不适用", "not applicable"),
}  # fmt: skip
FUNCTIONS = {  # as Chinese names them; English keeps the names of the procedure files
    "abs": "绝对值", "min": "最小值", "max": "最大值", "count": "个数", "first": "首个", "last": "末个",
    "sqrt": "平方根",
    "ceiling": "进一取整", "cosine": "余弦", "mean": "平均值", "total": "合计", "moment": "时刻秒数",
    "range": "极差", "largest": "绝对值最大者", "deviation": "标准偏差", "pick": "按量程取", "nth": "第几个",
    "place": "量程序号",
    "steps": "逐一到", "listed": "列出", "partial": "分量程界", "inside": "界内者", "changeovers": "换档点",
    "on_grid": "是否整分度", "half_even": "四舍六入五成双", "half_up": "四舍五入",
}  # fmt: skip


def say(key: str, language: str, **values: Any) -> str:
    return WORDS[key][0 if language == "zh" else 1].format(**values)


def clause(compiled: Compiled, key: str, language: str) -> str:
    """Where a prescribed value stands and how sure that is; "" for a key that is not among the sources."""
    found = compiled.procedure.sources.get(key)
    return f"{found.clause} · {say(f'grade-{found.grade}', language)}" if found is not None else ""


class Lexicon:
    """How formulas and sentences name what an item's expressions may use."""

    def __init__(self, compiled: Compiled, item: Item, language: str, spoken: bool = False) -> None:
        """`spoken`: formulas stand alone, without the list of what their names mean."""
        self.compiled, self.item, self.language, self.spoken = compiled, item, language, spoken
        procedure = compiled.procedure
        self.columns: Mapping[str, Column] = {column.id: column for column in item.columns}
        self.results: Mapping[str, Result] = {result.id: result for result in item.results}
        self.inputs: Mapping[str, Input] = {entry.id: entry for entry in procedure.inputs}
        self.derived: Mapping[str, Derived] = {entry.id: entry for entry in procedure.derive}
        self.points = {name for block in item.points for name in _points(block.over, block.set)}

    def with_given(self, budget: Budget) -> Lexicon:
        """One that also knows what a budget presumes."""
        own = Lexicon(self.compiled, self.item, self.language, self.spoken)
        own.derived = {**self.derived, **{entry.id: entry for entry in budget.given}}
        return own

    def said(self, text: Text | None) -> str:
        return pick(text, self.language)

    def words(self, name: str) -> str:
        """What a name means; names that have no text of their own are readable as they are."""
        entry = self.columns.get(name) or self.results.get(name) or self.inputs.get(name) or self.derived.get(name)
        if entry is not None and entry.text is not None:
            return pick(entry.text, self.language)
        if name in ("kind", "repeat", "point", "direction", "runs_made") or (name in self.points and name in WORDS):
            return say(name, self.language)
        if name.startswith("prev_") and (before := name.removeprefix("prev_")) in self.columns:
            return say("previous", self.language, name=self.words(before))
        for other in self.compiled.procedure.items:
            for result in other.results:
                if name == f"{other.id}_{result.id}":
                    title, text = pick(other.title, self.language), pick(result.text, self.language)
                    return say("of-item", self.language, item=title, name=text)
        return name.replace("_", " ")

    def symbol(self, name: str) -> str:
        """The last word of its text if that abbreviates the name (v_j: VJ, error: E), else the name itself or, where
        nothing says what it means, its text."""
        words = self.words(name).split()
        last = words[-1].replace("−", "") if words else name
        short = last.isascii() and len(last) <= 4 and (len(last) == 1 or last != last.lower())
        named = name not in self.derived and last[:1].lower() == name[:1].lower()
        if short and named and len(words) > 1 and last.isidentifier():
            return last
        return " ".join(words) if self.spoken and len(name) > 1 else name

    def unit(self, name: str) -> str:
        entry = self.columns.get(name) or self.results.get(name) or self.inputs.get(name) or self.derived.get(name)
        if entry is not None:
            return entry.unit
        if (table := self.compiled.procedure.tables.get(name)) is not None:
            return table.unit
        return next((b.unit for b in self.item.points if b.over == name), "")

    def choice(self, name: str, word: str) -> str:
        """A word that a name is compared with, as people read it."""
        entry = self.inputs.get(name) or self.columns.get(name)
        for choice in entry.choices if entry else []:
            if choice.id == word:
                return pick(choice.text, self.language)
        return word

    def source(self, key: str) -> tuple[str, str]:
        """(clause with grade, the regulation's own words) of a source; ("", "") for none."""
        found = self.compiled.procedure.sources.get(key)
        if found is None:
            return "", ""
        note = f" ({found.note})" if found.note else ""
        return clause(self.compiled, key, self.language), found.text + note

    def place(self, key: str) -> str:
        """The clause with the letter of its grade, "" for none."""
        found = self.compiled.procedure.sources.get(key)
        return f"{found.clause} · {found.grade}" if found is not None else ""

    def function(self, name: str) -> str:
        return FUNCTIONS.get(name, name) if self.language == "zh" else name


def _points(over: str, listed: list[dict[str, str]]) -> set[str]:
    return {over} - {""} | {name for row in listed for name in row}
