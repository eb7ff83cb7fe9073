"""The facts of the row in hand: what stands is calm text, what is wanted or being typed is a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_show import Fact
from fieldcal.ui.theme import Theme
from fieldcal.ui.touch import GAP
from fieldcal.ui.widgets.basic import Card, divider, label
from fieldcal.ui.widgets.buttons import Button
from fieldcal.ui.widgets.number_field import NumberField

SPACE, LEAST = 24, 64  # px between two facts; height of one line, which always stands there
PLAIN, FIELD = 64, 96  # px of a short figure, and of one being typed


class _Still(QWidget):
    """Caption over figure and unit; a tap turns it into a field."""

    tapped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caption, self._figure, self._unit = label(role="caption"), label(role="cell"), label(role="second")
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._figure)
        line.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._caption)
        column.addLayout(line)
        column.addStretch(1)

    def set(self, fact: Fact) -> None:
        self._caption.setText(fact.caption)
        self._figure.setText(fact.text or "–")
        self._unit.setText(fact.unit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.tapped.emit()


class FactField(QWidget):
    """One fact in one of three shapes: calm text, number field, choices."""

    typed = Signal(str, str)  # column, text
    accepted = Signal(str, str)
    stepped = Signal(object, int)
    touched = Signal(object)  # its number field when a finger came to it, None when it is done

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self.fact, self._editing = fact, False
        self.setMinimumHeight(48)
        self.still, self.field = _Still(), NumberField()
        self.choices: list[Button] = []
        self.still.tapped.connect(self._tapped)
        self.field.touched.connect(lambda: self.touched.emit(self.field))
        self.field.accepted.connect(lambda text: self.accepted.emit(self.fact.id, text))
        self.field.edited.connect(lambda text: self.typed.emit(self.fact.id, text))
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.still)
        self._stack.addWidget(self.field)
        self._stack.setVisible(not fact.choices)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._row.addWidget(self._stack, 1)
        self._add_steps()
        self._add_choices()
        self.set(fact)

    def set(self, fact: Fact) -> None:
        changed = fact.text != self.fact.text
        self.fact = fact
        self.still.set(fact)
        self.field.set_caption(fact.caption, fact.unit)
        if changed and not self.field.line.hasFocus():
            self._editing = False
        wants = fact.due and not fact.text and self.editable()
        self._front(self.field if self._editing or wants else self.still)
        for button, (name, _word) in zip(self.choices, fact.choices, strict=True):
            button.setChecked(name == fact.text)

    def _front(self, shown: QWidget) -> None:
        """The one behind takes no room."""
        for page in (self.still, self.field):
            policy = QSizePolicy.Policy.Preferred if page is shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)
        self._stack.setCurrentWidget(shown)
        self.setMinimumHeight(max(48, shown.minimumSizeHint().height()))

    def need(self) -> int:
        """Pixels below which figure, unit or a button would be cut."""
        return max(self.minimumSizeHint().width(), FIELD if self.editable() else PLAIN)

    def editable(self) -> bool:
        return not (self.fact.fixed or self.fact.choices or self.fact.timed)

    def edit(self, first: str = "") -> None:
        """Opens the field; `first` is the key that asked for it."""
        if not self.editable():
            return
        if not self._editing and self._stack.currentWidget() is self.still:
            self.field.set_text("")
        self._editing = True
        self._front(self.field)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if first:
            self.field.type_key(first)

    def _tapped(self) -> None:
        if self.editable():
            self.edit()
            self.touched.emit(self.field)

    def rest(self) -> None:
        self._editing = False
        self.touched.emit(None)
        self.field.line.clear()
        self.set(self.fact)

    def _add_steps(self) -> None:
        if self.fact.step is None or self.fact.fixed:
            return
        for icon, times, word in (("minus", -1, "run.less"), ("plus", 1, "run.more")):
            button = Button("", "square", icon)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFixedSize(48, 48)
            button.setAccessibleName(t(word))
            button.clicked.connect(lambda _on=False, times=times: self.stepped.emit(self.fact, times))
            self._row.addWidget(button)

    def _add_choices(self) -> None:
        if not self.fact.choices:
            return
        caption = label(self.fact.caption, "caption")
        self._row.insertWidget(0, caption)
        for number, (name, word) in enumerate(self.fact.choices, 1):
            button = Button(f"{number}  {word}", "chip")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _on=False, name=name: self.typed.emit(self.fact.id, name))
            self.choices.append(button)
            self._row.addWidget(button)


class FactsCard(Card):
    """All facts side by side, in as many lines as they need; rebuilt only when other columns are asked for. Where the
    page has no room for all lines they scroll."""

    typed = Signal(str, str)
    accepted = Signal(str, str)
    stepped = Signal(object, int)
    touched = Signal(object)
    reflowed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", 0, 10, parent)
        self._inner, self._scroll = QWidget(), QScrollArea()
        self._inner.setProperty("area", "flow")
        self._inner.installEventFilter(self)
        self._stack = QVBoxLayout(self._inner)
        self._stack.setSpacing(10)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        self.column.addWidget(self._scroll)
        self._full, self._due, self.lines = 0, "", 1
        self.lack(0)
        self.fields: list[FactField] = []
        self._rows: list[QHBoxLayout] = []
        self._shape: list[object] = []
        self._placed: tuple[list[list[FactField]], list[int]] = ([], [])

    def set_facts(self, facts: Sequence[Fact]) -> None:
        shape: list[object] = [(f.id, f.caption, f.unit, f.step, f.choices, f.fixed) for f in facts]
        if shape != self._shape:
            self._shape = shape
            self._rebuild(facts)
            QTimer.singleShot(0, self, self._place)
        for field, fact in zip(self.fields, facts, strict=True):
            field.set(fact)
        self.setVisible(bool(facts))
        self._place()
        due = next((fact.id for fact in facts if fact.due and not fact.text), "")
        if due != self._due:
            self._due = due
            QTimer.singleShot(0, self, self._show_due)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.fields:
            QTimer.singleShot(0, self, self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self._measure()
        return super().eventFilter(watched, event)

    def lack(self, pixels: int) -> None:
        """Stands `pixels` lower than it would like to; 0 gives it all it wants."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()  # in the margin, or lines would come and go with it
        self.column.setContentsMargins(24, 10, max(0, 16 - bar), 10)
        self._stack.setContentsMargins(0, 0, 0 if pixels > 0 else min(16, bar), 0)
        self._scroll.setFixedHeight(max(LEAST, self._full - pixels))

    def _measure(self) -> None:
        full = self._stack.minimumSize().height()
        if full and full != self._full:
            self._full = full
            self.lack(0)
            self.reflowed.emit()

    def _show_due(self) -> None:
        if field := self.field(self._due):
            self._scroll.ensureWidgetVisible(field, 0, 0)

    def field(self, name: str) -> FactField | None:
        return next((field for field in self.fields if field.fact.id == name), None)

    def each(self, act: Callable[[FactField], object]) -> None:
        for field in self.fields:
            act(field)

    def _rebuild(self, facts: Sequence[Fact]) -> None:
        for field in self.fields:
            field.hide()
            field.deleteLater()
        self.fields, self._placed = [], ([], [])
        self.touched.emit(None)
        for fact in facts:
            field = FactField(fact)
            field.typed.connect(self.typed)
            field.accepted.connect(self.accepted)
            field.stepped.connect(self.stepped)
            field.touched.connect(self.touched)
            self.fields.append(field)

    def _place(self) -> None:
        """Nothing may be squeezed: what finds no room goes to the next line. Asked again at the next turn of the
        loop after a change, when the style sheet has given the fields their sizes."""
        needs = [field.need() for field in self.fields]
        wanted = packed(self.fields, self.width() - 24 - 16)
        if (wanted, needs) == self._placed:
            return
        self._placed = (wanted, needs)
        for row in self._rows:
            _empty(row)
            self._stack.removeItem(row)
        self._rows = [_row(fields) for fields in wanted]
        for row in self._rows:
            self._stack.addLayout(row)
        self.lines = len(wanted)
        self._measure()


def packed(fields: Sequence[FactField], room: int) -> list[list[FactField]]:
    """As few lines as hold them all, about equally full where that holds them too."""
    lines: list[list[FactField]] = []
    for field in fields:
        if lines and _taken([*lines[-1], field]) <= room:
            lines[-1].append(field)
        else:
            lines.append([field])
    across = -(-len(fields) // max(1, len(lines)))
    even = [list(fields[at : at + across]) for at in range(0, len(fields), across)] if fields else []
    return even if all(_taken(row) <= room for row in even) else lines


def _taken(row: Sequence[FactField]) -> int:
    gap = SPACE + Theme.current().hairline
    return sum(field.need() + gap for field in row) - gap


def _row(fields: Sequence[FactField]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE // 2)
    for at, field in enumerate(fields):
        if at:
            row.addWidget(divider(vertical=True))
        row.addWidget(field, field.need())
    return row


def _empty(row: QHBoxLayout) -> None:
    """Fields stay, the lines between them go."""
    while row.count():
        item = row.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None and not isinstance(widget, FactField):
            widget.hide()
            widget.deleteLater()
