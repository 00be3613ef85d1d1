import Foundation
import InkChat

/// Whether passages are about a question at all.
struct EvidenceCheck {
  private let rule: EvidenceRule
  private let store: any KnowledgeStore
  private let embedder: any Embedder
  private let words: TextWords

  init(_ rule: EvidenceRule, store: any KnowledgeStore, embedder: any Embedder, words: TextWords) {
    self.rule = rule
    self.store = store
    self.embedder = embedder
    self.words = words
  }

  /// Whether one of the passages is. Models are asked only where words do not settle it.
  func holds(_ question: String, _ passages: [Passage]) async throws(RetrievalError) -> Bool {
    guard !passages.isEmpty else { return false }
    let asked = Set(words.terms(QuestionWords.removed(from: question))).subtracting(QuestionWords.english)
    // A question without a word of its own cannot be judged.
    guard !asked.isEmpty else { return true }
    let held = passages.map { passage in Set(words.terms(passage.place + " " + passage.text)) }
    if asksForUnknownName(question, held, passages) { return false }
    if share(of: asked, in: held) >= rule.words { return true }
    return try await nearness(of: question, to: passages) >= rule.nearness
  }

  /// Whether a question names something that no passage does: what they say is about something else then. Passages in
  /// another language than the question's may call it by another name, so that they prove nothing.
  private func asksForUnknownName(_ question: String, _ held: [Set<String>], _ passages: [Passage]) -> Bool {
    let language = TextLanguage(of: question)
    guard passages.contains(where: { TextLanguage(of: $0.text) == language }) else { return false }
    let names: [String]
    switch language {
    case .chinese:
      let runs: [Substring] = question.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
      names = runs.filter { $0.count > 1 && $0.contains(where: \.isUppercase) }.map { String($0) }
    case .english:
      // One function word is in many languages, several are in one.
      guard AskedWords.functionWordCount(question) > 1 else { return false }
      names = NameReader.names(in: question).sorted()
    }
    return names.contains { name in
      // Several of what has a name in capitals have an s behind it, which is no part of the stem.
      let terms = words.terms(name) + (name.hasSuffix("s") ? words.terms(String(name.dropLast())) : [])
      return !terms.isEmpty && !held.contains { held in terms.contains(where: held.contains) }
    }
  }

  /// The largest share of the words that stand in one passage, its headings and its document's name.
  private func share(of asked: Set<String>, in held: [Set<String>]) -> Double {
    var total = 0.0
    var shares = [Double](repeating: 0, count: held.count)
    for term in asked.sorted() {
      let count = held.count { $0.contains(term) }
      // A word that no passage holds weighs a little more than one that a single passage holds.
      let weight = log(1 + Double(held.count) / max(Double(count), 0.5))
      total += weight
      for index in held.indices where held[index].contains(term) { shares[index] += weight }
    }
    return (shares.max() ?? 0) / total
  }

  /// How near the nearest passage comes to the question, from the floor of texts about other things to 1.
  private func nearness(of question: String, to passages: [Passage]) async throws(RetrievalError) -> Double {
    let vectors = try await store.vectors(passages.map(\.found.piece.id)).compactMap(\.self)
    do {
      guard let asked = try await embedder.embed([question], as: .query).first else { return 1 }
      let others = try await embedder.embed(UnrelatedTexts.texts(in: TextLanguage(of: question)), as: .document)
      let floors = others.map { cosine($0, asked) }.sorted()
      guard let nearest = vectors.map({ cosine($0, asked) }).max(), !floors.isEmpty else { return 1 }
      let floor = floors[floors.count / 2]
      return floor < 1 ? (nearest - floor) / (1 - floor) : 1
    } catch {
      // A question that is too long for the embedder cannot be judged.
      if error.code == .contextExceeded { return 1 }
      throw RetrievalError(error.code == .cancelled ? .cancelled : .model, context: "evidence", found: "\(error)")
    }
  }
}

/// Sentences about a little of everything, which show how near an embedder brings texts that have nothing in common.
private enum UnrelatedTexts {
  static func texts(in language: TextLanguage) -> [String] {
    switch language {
    case .english: english
    case .chinese: chinese
    }
  }

  private static let english = [
    "The river froze in January, and children skated on it until the sun went down.",
    "Peel the potatoes, boil them in salted water for twenty minutes and mash them with butter.",
    "The home team scored twice in the second half and won the match.",
    "The violin has four strings that are tuned in fifths.",
    "The emperor died without an heir, and his generals divided the land among them.",
    "Bees visit flowers for nectar and carry pollen from one to the next.",
    "The train along the coast takes three hours and stops in every village.",
    "She painted the old chair green and put it on the balcony.",
  ]

  private static let chinese = [
    "一月河水结了冰，孩子们在冰上滑到太阳落山。", "土豆去皮，放进盐水里煮二十分钟，加黄油捣成泥。", "主队下半场连进两球，赢得了比赛。",
    "小提琴有四根弦，相邻两弦相差五度。", "皇帝死后没有继承人，将军们瓜分了土地。", "蜜蜂采花蜜时，把花粉从一朵花带到另一朵花。",
    "沿海的火车要开三个小时，每个村子都停。", "她把旧椅子漆成绿色，摆在阳台上。",
  ]
}
