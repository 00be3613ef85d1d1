public import InkChat

/// Reads yes or no, in English or Chinese.
public struct BooleanParser: AnswerParser {
  /// A reader of yes and no.
  public init() {}

  public var form: AnswerForm { .choice(["yes", "no"]) }
  public var instructions: String { "Answer with exactly one word: yes or no." }

  public func parse(_ answer: String) throws(ChainError) -> Bool {
    // 不是 holds 是, and the longer word is the one that is meant.
    let word = try WordChoice.find(answer, among: ["yes", "no", "true", "false", "是", "否", "不是", "对", "不对"])
    return ["yes", "true", "是", "对"].contains(word)
  }
}
