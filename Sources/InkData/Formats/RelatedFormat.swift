internal import InkTokenizers

/// Texts that belong together or do not.
enum RelatedFormat {
  static func scored(_ fields: RecordFields) throws(DataError) -> RelatedTexts {
    .scored(try fields.text("sentence1"), try fields.text("sentence2"), score: try fields.number("score"))
  }

  static func pair(_ fields: RecordFields) throws(DataError) -> RelatedTexts {
    .pair(anchor: try fields.text("anchor"), positive: try fields.text("positive"))
  }

  static func contrast(_ fields: RecordFields) throws(DataError) -> RelatedTexts {
    let value = try fields.required("negative")
    var negatives: [String] = []
    for negative in value.dataList ?? [value] {
      guard let text = negative.dataText else { throw fields.fault("text in \"negative\"", negative.kindOfData) }
      negatives.append(text)
    }
    if negatives.isEmpty { throw fields.fault("at least one text in \"negative\"", "an empty list") }
    return .contrast(anchor: try fields.text("anchor"), positive: try fields.text("positive"), negatives: negatives)
  }
}
