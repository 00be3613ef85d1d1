internal import InkTokenizers

/// Texts with a class or a score.
enum LabelledFormat {
  static func classified(_ fields: RecordFields) throws(DataError) -> LabelledText {
    let label = try className(try fields.required("label"), fields, "label")
    return LabelledText(
      text: try fields.text("text"), secondText: try fields.optionalText("text_pair"), label: .oneOf(label))
  }

  static func scored(_ fields: RecordFields) throws(DataError) -> LabelledText {
    LabelledText(
      text: try fields.text("text"), secondText: try fields.optionalText("text_pair"),
      label: .score(try fields.number("score")))
  }

  static func className(
    _ value: TemplateValue, _ fields: RecordFields, _ place: String
  ) throws(DataError) -> ClassName {
    if case .int(let number) = value, number >= 0 { return .number(number) }
    if case .bool(let flag) = value { return .number(flag ? 1 : 0) }
    if let name = value.dataText, !name.isEmpty { return .name(name) }
    throw fields.fault("a name or a number of at least 0 in \"\(place)\"", value.kindOfData)
  }
}
