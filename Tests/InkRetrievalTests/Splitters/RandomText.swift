/// Texts for properties: words, Chinese, marks that join, tables and lines, all drawn from a counter.
struct RandomText {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }

  private static let parts = [
    "word", "Dr.", "e.g.", "3.14", "the", "end.", "What?", "\"Stop!\"", "(see", "above)", "中文句子", "。", "！”", "，", "、",
    "说：“",
    "\u{301}", "e\u{301}", "👩‍👩‍👧", "🇨🇳", "\u{200D}", "नि", "\u{E33}", "A", ".", "- item", "1. first", "| a | b |", "\n",
    "\n\n",
    "\r\n", "\t", " ", "  ", "\u{3000}", "\u{A0}", "\u{2028}", "\u{600}", "한국어", "…", "...", "supercalifragilistic",
    "# Title\n",
    "\u{FE0F}", "\u{0C}", "ß", "\u{1F3FD}",
  ]

  mutating func text(parts count: Int) -> String {
    var text = ""
    for _ in 0..<count {
      text += RandomText.parts[number(below: RandomText.parts.count)]
      if number(below: 3) == 0 { text += " " }
    }
    return text
  }
}
