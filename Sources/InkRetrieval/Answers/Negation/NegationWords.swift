/// The words by which Chinese and English deny something, and those that only look like it.
enum NegationWords {
  /// English words that negate their clause; contractions with "n't" do too.
  static let english: Set<String> = [
    "not", "never", "no", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without", "forbidden",
    "forbid", "forbids", "prohibited", "prohibit", "prohibits",
  ]

  /// Words behind "not" and "no" that take the negation away: "not only", "no doubt".
  static let harmlessBehind: [String: Set<String>] = ["not": ["only", "just", "merely"], "no": ["doubt"]]

  /// English words that begin a clause of its own.
  static let englishContrasts: Set<String> = [
    "but", "however", "although", "though", "while", "whereas", "yet", "because", "since", "if", "when", "unless",
  ]

  /// English words that join what one negation may cover: "does not support WPA and WEP".
  static let englishJoints: Set<String> = ["and", "or", "nor"]

  /// Chinese words that negate, longer ones first.
  static let chinese: [[Character]] = characters(["没有", "禁止", "严禁", "不", "没", "未", "无", "非", "勿"])

  /// Chinese words that hold one of those characters and negate nothing, longer ones first.
  static let chineseHarmless: [[Character]] = characters([
    "不锈钢", "差不多", "对不起", "了不起", "不动产", "不仅", "不但", "不只", "不光", "不单", "不管", "不论", "不断",
    "不少", "不久", "不同", "不错", "不妨", "不禁", "不由", "不时", "未来", "无线", "无论", "无非", "无数", "无限", "无疑",
    "非常", "非洲", "除非", "是非",
  ])

  /// Chinese words that begin a clause of its own, longer ones first.
  static let chineseContrasts: [[Character]] = characters(["但是", "然而", "不过", "虽然", "尽管", "而是", "因为", "但", "却"])

  /// Chinese words that join what one negation may cover.
  static let chineseJoints: [[Character]] = characters(["、", "且", "并", "而", "也", "又"])

  private static func characters(_ words: [String]) -> [[Character]] {
    words.map { Array($0) }.sorted { $0.count > $1.count }
  }
}
