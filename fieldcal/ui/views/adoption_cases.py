"""What the worked cases say of the file as it would be adopted."""

from __future__ import annotations

from fieldcal.services.adoption import Trial
from fieldcal.ui.i18n import t
from fieldcal.ui.models import adoption as model
from fieldcal.ui.widgets.basic import Box, label
from fieldcal.ui.widgets.rows import RowList


class CasesCard(Box):
    """The cases that differ; none: how many hold."""

    def __init__(self) -> None:
        super().__init__("card", 24, 12)
        self.title, self.text = label(role="title", wrap=True), label(role="second", wrap=True)
        self.list = RowList(64)
        for part in (self.title, self.text):
            self.column.addWidget(part)
        self.column.addWidget(self.list, 1)
        self.column.addStretch(0)

    def show_trial(self, trial: Trial | None, busy: bool) -> None:
        self.list.setVisible(trial is not None and bool(trial.failing or trial.moved))
        if trial is None:
            self.title.setText(t("adoption.cases"))
            self.text.setText(t("adoption.cases_run") if busy else "")
            return
        self.list.set_rows(model.case_rows(trial))
        count = trial.total - len(trial.failing) - len(trial.moved) - trial.accepted
        title = t("adoption.cases_hold", count=count, total=trial.total)
        accepted = t("adoption.cases_accepted", count=trial.accepted) if trial.accepted else ""
        self.title.setText(" · ".join(part for part in (title, accepted) if part))
        key = "failing" if trial.failing else "moved" if trial.moved else "ready" if trial.total else "none"
        self.text.setText(t(f"adoption.cases_{key}"))
