internal import InkTokenizers

/// Words with a tag for each.
enum TaggedFormat {
  static func words(_ fields: RecordFields) throws(DataError) -> TaggedWords {
    var words: [String] = []
    for value in try fields.list("tokens") {
      guard let word = value.dataText else { throw fields.fault("text in \"tokens\"", value.kindOfData) }
      words.append(word)
    }
    var tags: [ClassName] = []
    for value in try fields.list("tags") { tags.append(try LabelledFormat.className(value, fields, "tags")) }
    guard words.count == tags.count, !words.isEmpty else {
      throw fields.fault("a tag for each of at least one word", "\(words.count) words and \(tags.count) tags")
    }
    return TaggedWords(words: words, tags: tags)
  }
}
