"""Cuts a static font of Inter down to the signs of the picture: python3 cut.py Inter_400Regular.ttf Inter-Regular.ttf

Needs fontTools (4.x). Figures of one width ("tnum") become the default, hinting and all features but kerning go.
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SIGNS = [*map(chr, range(0x20, 0x7F)), *"\u00a0·–—−…×≥≤→“”’"]


def tabular(font):
    """Maps each figure's glyph to the one of the same width as all others."""
    table = font["GSUB"].table
    glyphs = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    glyphs.update(getattr(part, "ExtSubTable", part).mapping)
    return glyphs


def main(source, target):
    font = TTFont(source)
    glyphs = tabular(font)
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if chr(code) in "0123456789":
                table.cmap[code] = glyphs.get(glyph, glyph)
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(sign) for sign in SIGNS])
    cutter.subset(font)
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
