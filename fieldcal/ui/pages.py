"""Which pages there are, and who sees which."""

TECHNICIAN = ("today", "site", "run", "lots")
OFFICE = ("review", "certificates")
ADMIN = ("adoption",)
ALL = ("devices", "delivery")
ASIDE = {"adoption": ["preview"]}  # pages that another one leads to; they have no place on the rail
LATER = ("run", "lots", "review", "certificates", "adoption", "preview")
LOOKS = {
    "today": ("today", "shell.today"),
    "site": ("site", "shell.site"),
    "run": ("run", "shell.run"),
    "lots": ("lots", "shell.lots"),
    "review": ("review", "shell.review"),
    "certificates": ("certificate", "shell.certificates"),
    "adoption": ("seal", "shell.adoption"),
    "preview": ("eye", "shell.preview"),
    "devices": ("devices", "shell.devices"),
    "delivery": ("delivery", "shell.delivery"),
    "help": ("help", "shell.help"),
    "signin": ("lock", "shell.sign_out"),
}


def pages_for(roles: list[str]) -> list[str]:
    """Ids in the order of the rail; a person with several roles has the pages of all of them."""
    field = TECHNICIAN if "technician" in roles else ()
    office = OFFICE if {"checker", "approver"} & {*roles} else ("certificates",)
    if "approver" in roles and not field:  # lots are judged by somebody who may have no page of the field
        office = ("review", "lots", "certificates")
    return [*field, *(ADMIN if "admin" in roles else ()), *office, *ALL]
