"""Mixed strings for comparing tokenizers: the same list for the same seed on every machine.

    from texts import texts, byte_texts
    for text in texts(10_000): ...
    for data in byte_texts(1_000): ...      # bytes that are mostly not UTF-8

Strings are put together from short lists of words and old proverbs, so that a list of any length can be made without
a network. Run as a program it prints the strings as JSON, one a line (bytes in hexadecimal).
"""

import argparse
import json
import random
import sys
import unicodedata

# A few lines that small tokenizers are trained on.
CORPUS = ["the quick brown fox jumps over the lazy dog 0123456789 " * 3, "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。" * 3,
          "def f(x):\n    return x + 1\n" * 3, "it's we're I'll don't she'd"]

ENGLISH = """the of and to in a is that it was for on are with as his they be at one have this from or had by hot word but
what some we can out other were all there when up use your how said an each she which do their time if will way about
many then them write would like so these her long make thing see him two has look more day could go come did number
sound no most people my over know water than call first who may down side been now find don't it's I'll we've they'd
You're WHO'S nation tokenization internationalization unbelievably counter-intuitive state-of-the-art e-mail""".split()

MODERN = """我们 今天 天气 很好 人工智能 语言模型 正在 改变 世界 学习 计算机 中国 北京 上海 大学 老师 学生 的 了 是 在 和 有
不 这 那 他 她 它 什么 怎么 为什么 因为 所以 但是 如果 电影 手机 网络 数据 训练 参数 推理 服务 开源 社区 春天 下雨 一个
兩岸 繁體 臺灣 電腦 軟體 龍 龜 鬱 ２０２４年 三月 第十二章 百分之五十""".split()

CLASSICAL = """學而時習之 不亦說乎 有朋自遠方來 不亦樂乎 人不知而不慍 不亦君子乎 道可道 非常道 名可名 非常名 天地玄黃 宇宙洪荒
日月盈昃 辰宿列張 寒來暑往 秋收冬藏 床前明月光 疑是地上霜 舉頭望明月 低頭思故鄉 白日依山盡 黃河入海流 欲窮千里目 更上一層樓
𠮷野家 𪚥 㐂 㒨 䶮 﨑 子曰 孟子見梁惠王""".split()

JAPANESE = "私 は 東京 に 住んで います カタカナ ﾊﾝｶｸ ｶﾞｷﾞｸﾞ ひらがな 〜 ー 々 コンピューター が ぱ 神社 ㍿ ㌔ ㈱ ①".split()
KOREAN = "안녕하세요 한국어 세계 토큰 나는 학생입니다 각 ㄱㄴㄷ 각 가".split()
RIGHT_TO_LEFT = "שלום עולם בְּרֵאשִׁית مرحبا بالعالم اَلْعَرَبِيَّةُ فارسی ‏‎ ۱۲۳۴ ﷺ ﻻ ـــ".split()
OTHERS = """привет мир Ёлка γειά σου Ώμέγα नमस्ते दुनिया क्षत्रिय สวัสดี ชาวโลก வணக்கம் გამარჯობა ሰላም Việt Nam Đặng Straße naïve
café ÀÉÎÕÜ ﬁ ﬂ ǅ İstanbul ıI ŉ ſ K Å ½ ² ⅷ ℃ ™ … ‹› «» „“ † ‰""".split()

CODE = [
    "def f(x: int) -> str:\n\treturn f'{x!r}'\n", "for (int i = 0; i < n; ++i) { a[i] += b[i]; }", "<div class=\"a\">&nbsp;</div>",
    "SELECT * FROM t WHERE id != 3;", "#include <stdio.h>\r\n", "let x = y ?? z!;", "\\frac{a}{b} \\[x^2\\]", "{\"k\": [1, 2.5e-3, null]}",
    "https://example.org/a?b=c&d=%20#e", "user@example.com", "/usr/local/bin", "C:\\Users\\x", "0xDEADBEEF 0b1010 1_000_000",
    "// comment\n    indented\n\t\ttabs", "a&&b||!c", "=> -> <- := === !==", "`code` **bold** _it_ ~~no~~", "x\u00b2+y\u00b2", "__init__", "camelCaseWordsHTTPServer",
]

EMOJI = """😀 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ ☺ 🇨🇳🇺🇸 👨🏿‍🚀 #️⃣ 🤷‍♀️ 🫠 ✈︎ ©️ 🀄 🧑‍🤝‍🧑""".split()

COMBINING = ["e\u0301", "a\u0308\u0304", "o\u0323\u0302", "\u0301x", "Z\u0351\u036b\u0343a\u0321l", "\u1100\u1161\u11a8", "\u0928\u093f", "n\u0303\u0303",
             "A\u030a", "\u212b", "s\u0323\u0307", "\u1e9b\u0323", "\u0344", "\u0958", "\ufb1d", "\u2126"]

CONTROL = ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x80", "\x85", "\x9f", "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028",
           "\u2029", "\u202e", "\u2060", "\ufeff", "\ufffd", "\ufff9", "\ufffe", "\U000e0001", "\U000e0041", "\ue000", "\U0010ffff", "\u180e", "\u061c"]

SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u2581", "\u1680", "\u202f", "\u205f", " " * 17, "\t\t\t", " \n "]

PUNCTUATION = list(".,;:!?()[]{}<>'\"-_/\\|@#$%^&*+=~`") + list("，。、；：！？（）【】《》“”‘’—…·「」『』〈〉￥") + ["...", "--", "''", "``", "?!", "——", "……"]

MARKERS = ["<s>", "</s>", "<unk>", "<pad>", "[CLS]", "[SEP]", "[MASK]", "<mask>", "<|im_start|>", "<|endoftext|>", "<0x0A>", "<0xZZ>", "[INST]", "[gMASK]",
           "<extra_id_0>", "<n>", "<|tab|>", "<|blank_3|>", "<bos>", "<start_of_turn>", "▁", "▁▁the", "##ing", "Ġword", "</w>"]


def _number(draw):
    kind = draw.randrange(6)
    if kind == 0:
        return str(draw.randrange(10 ** draw.randrange(1, 13)))
    if kind == 1:
        return f"{draw.uniform(-1000, 1000):.{draw.randrange(6)}f}"
    if kind == 2:
        return f"{draw.randrange(1900, 2100)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 32):02}"
    if kind == 3:
        return "".join(draw.choice("０１２３４５６７８９") for _ in range(draw.randrange(1, 6)))
    if kind == 4:
        return "".join(draw.choice("零一二三四五六七八九十百千万億") for _ in range(draw.randrange(1, 6)))
    return "1" * draw.randrange(1, 40)


def _any_scalar(draw):
    """A character of any assigned or unassigned code point but the surrogates."""
    while True:
        limit = draw.choice([0x80, 0x250, 0x800, 0x3000, 0xA000, 0x10000, 0x20000, 0x110000])
        value = draw.randrange(limit)
        if not 0xD800 <= value < 0xE000:
            return chr(value)


def _repeated(draw):
    unit = draw.choice(["a", " ", "ab", "!", "中", "哈", "\n", "é", "=", "-", "\u0301", "😀", "的 ", "▁", "0", ". "])
    return unit * draw.randrange(1, 60)


def _word(draw):
    word = draw.choice(ENGLISH)
    change = draw.randrange(10)
    if change == 0:
        return word.upper()
    if change == 1:
        return word.capitalize()
    if change == 2:
        return "".join(chr(ord(c) + 0xFEE0) if 0x21 <= ord(c) <= 0x7E else c for c in word)
    if change == 3:
        return word + draw.choice(ENGLISH)
    if change == 4:
        return unicodedata.normalize(draw.choice(["NFC", "NFD", "NFKC", "NFKD"]), draw.choice(OTHERS))
    return word


def _piece(draw, kind):
    match kind:
        case "english": return _word(draw)
        case "modern": return draw.choice(MODERN)
        case "classical": return draw.choice(CLASSICAL)
        case "japanese": return draw.choice(JAPANESE)
        case "korean": return draw.choice(KOREAN)
        case "right-to-left": return draw.choice(RIGHT_TO_LEFT)
        case "others": return draw.choice(OTHERS)
        case "code": return draw.choice(CODE)
        case "emoji": return draw.choice(EMOJI)
        case "combining": return draw.choice(COMBINING)
        case "control": return draw.choice(CONTROL)
        case "number": return _number(draw)
        case "any": return _any_scalar(draw)
        case "repeated": return _repeated(draw)
        case "marker": return draw.choice(MARKERS)
    raise ValueError(kind)


KINDS = ["english", "modern", "classical", "japanese", "korean", "right-to-left", "others", "code", "emoji", "combining",
         "control", "number", "any", "repeated", "marker"]
SPACED = {"english", "korean", "right-to-left", "others", "code", "number"}


def _text(draw, kinds):
    """Some pieces of some kinds with spaces and punctuation between them."""
    chosen = draw.sample(kinds, draw.randrange(1, min(5, len(kinds)) + 1))
    parts = []
    if draw.random() < 0.15:
        parts.append(draw.choice(SPACES))
    for _ in range(int(draw.expovariate(1 / 8)) + 1):
        kind = draw.choice(chosen)
        parts.append(_piece(draw, kind))
        roll = draw.random()
        if kind in SPACED and roll < 0.75:
            parts.append(" ")
        elif roll < 0.83:
            parts.append(draw.choice(PUNCTUATION))
        elif roll < 0.90:
            parts.append(draw.choice(SPACES))
    if draw.random() < 0.15:
        parts.append(draw.choice(SPACES))
    return "".join(parts)


def texts(count, seed=20240229, markers=True):
    """`count` strings. The first ones are the short edge cases; `markers=False` leaves out the spellings of special tokens."""
    draw = random.Random(seed)
    kinds = KINDS if markers else [kind for kind in KINDS if kind != "marker"]
    edges = ["", " ", "  ", "\n", "a", " a", "a ", "  a  b  ", "\u3000", "\u2581", "a\u2581b", "中", "é", "\x00", "\u200b", "\ufeff"]
    edges += EMOJI + COMBINING + CONTROL + SPACES + PUNCTUATION + (MARKERS if markers else []) + CODE
    result = edges[:count]
    while len(result) < count:
        result.append(_text(draw, kinds))
    return result


def byte_texts(count, seed=20240301):
    """`count` byte strings that are mostly not UTF-8: cut characters, lone continuation bytes, overlong forms, surrogates."""
    draw = random.Random(seed)
    broken = [b"\x80", b"\xbf\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80",
              b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff\xff", b"\xe4\xb8", b"\xf0\x9f\x98", b"\xc3"]
    result = list(broken[:count])
    while len(result) < count:
        data = bytearray(_text(draw, KINDS).encode("utf-8"))
        for _ in range(draw.randrange(1, 5)):
            at = draw.randrange(len(data) + 1)
            change = draw.randrange(4)
            if change == 0:
                data[at:at] = draw.choice(broken)
            elif change == 1 and data:
                del data[at % len(data)]
            elif change == 2 and data:
                data[at % len(data)] = draw.randrange(256)
            else:
                data[at:at] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 6)))
        result.append(bytes(data))
    return result


def main():
    parser = argparse.ArgumentParser(description="Prints the strings as JSON, one a line.")
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=20240229)
    parser.add_argument("--bytes", action="store_true", help="byte strings that are mostly not UTF-8, in hexadecimal")
    parser.add_argument("--no-markers", action="store_true", help="without the spellings of special tokens")
    options = parser.parse_args()
    if options.bytes:
        for data in byte_texts(options.count, options.seed):
            sys.stdout.write(json.dumps(data.hex()) + "\n")
    else:
        for text in texts(options.count, options.seed, markers=not options.no_markers):
            sys.stdout.write(json.dumps(text) + "\n")


if __name__ == "__main__":
    main()
