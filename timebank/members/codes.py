"""Codes that people can read aloud and type: words that nobody minds on a card, and figures; drawn at random."""

import secrets

_WORDS = """
acorn alder almond amber anchor apple apricot arbour aspen aster autumn badger bakery balcony bamboo banjo barn basil
basket beach beacon bean beech berry birch biscuit blanket blossom blue bonnet bracken bramble bread breeze bridge
brook broom brush bucket bud butter button cabin cake candle canoe canvas caramel cardigan carpet carrot castle cedar
cello chalk cheese cherry chestnut chime cinnamon citrus clock cloud clover coast cocoa comet compass copper coral
cosy cottage cotton cricket crocus cuckoo cup curtain cushion daisy dance dawn dinghy dolphin dove drum dune easel
echo elm falcon feather fern fiddle field finch fir flannel flute forest fountain fox garden garlic garnet ginger
glade glove gold granite grape green grove guitar gull hammock harbour harp harvest hawthorn hazel heather hedge heron
hill honey horizon iris island ivory ivy jacket jasmine jigsaw juniper kettle kite kitten ladder lagoon lamp lantern
larch lark laurel lavender leaf lemon lentil lettuce lilac lily lime linen loaf locket lotus lunch lupin mango maple
marble marigold market meadow melody melon mint mirror mitten moon morning moss muffin mustard nectar nest nettle
nutmeg oak olive onion opal orange orchard orchid otter oven owl paddle palm pancake pansy paper parsley pasture peach
pear pebble pencil pepper piano picnic pillow pine plum pocket poem pond pony poplar poppy porridge pottery primrose
puffin pumpkin puzzle quilt quince rabbit radio rain raisin raspberry ribbon river robin rocket rose ruby saddle
saffron sage scarf shell silver snow sofa sparrow spoon star sugar summer sunny swan swift teapot thistle thyme tulip
velvet violet walnut willow wren
"""
WORDS = tuple(_WORDS.split())
_FIGURES = 5


def draw(words: int) -> str:
    """A code that nobody guesses, for example "amber-kettle-robin-48213"; each word is worth 8 bits, the figures 16."""
    told = [secrets.choice(WORDS) for _ in range(words)]
    return "-".join([*told, f"{secrets.randbelow(10**_FIGURES):0{_FIGURES}d}"])


def tidy(code: str) -> str:
    """The code as it was drawn, however it was typed: with spaces, with capitals, with a full stop at its end."""
    return "-".join(code.casefold().replace("-", " ").strip(" .,").split())[:200]
