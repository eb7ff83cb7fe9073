"""What the tests of the Certificates page ask of it."""


def key(page, name):
    offered = page.keys()
    return next(found for found in offered if found.shortcut == name)


def numbers(page):
    return [row.id for row in page.list._rows.rows]


def pick(page, document):
    number = next(one.number for one in page.data.entries if one.issued.document == document)
    page.list.choose(number)
    return number


def ink(image):
    """How many of the sampled pixels are not white."""
    spots = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return sum(image.pixelColor(x, y).lightness() < 200 for x, y in spots)
