extension ChatTemplate {
  /// Renders a conversation that breaks off inside its last message.
  ///
  /// Templates have no word for this, so the message is marked where it stops, and the text is cut at the mark, as the
  /// reference library does. A template that trims messages also trims the mark's own trailing space, which shows that
  /// the space in front of the mark would have gone as well.
  func renderOpen(
    _ request: TemplateRequest, now: CivilTime, limits: TemplateLimits
  ) throws(TemplateError) -> RenderedTemplate {
    let mark = Self.mark(absentFrom: source, request.messages)
    var marked = request
    marked.messages = try Self.marking(request.messages, with: mark + " ")
    let rendered = try render(marked.context, now: now, limits: limits)
    let scalars = Array(rendered.text.unicodeScalars)
    let pattern = Array(mark.unicodeScalars)
    guard let start = Self.lastPlace(of: pattern, in: scalars) else {
      throw TemplateError(
        .invalidValue, "The last message cannot be continued: the template does not print it whole",
        hint: "Ask for a new turn instead")
    }
    var end = start
    let isTrimmed = start + pattern.count == scalars.count || scalars[start + pattern.count] != " "
    if isTrimmed {
      while end > 0, scalars[end - 1].properties.isWhitespace { end -= 1 }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[..<end])
    let ranges = rendered.assistantRanges.compactMap { range in
      range.lowerBound < end ? range.lowerBound..<min(range.upperBound, end) : nil
    }
    return RenderedTemplate(text: String(text), assistantRanges: ranges)
  }

  /// Private-use characters that nothing given contains.
  private static func mark(absentFrom source: String, _ messages: TemplateValue) -> String {
    var mark = "\u{F0A11}\u{F0A12}"
    while source.contains(mark) || contains(mark, messages) { mark += "\u{F0A13}" }
    return mark
  }

  private static func contains(_ mark: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .string(let text): text.contains(mark)
    case .list(let elements), .tuple(let elements): elements.contains { contains(mark, $0) }
    case .map(let map): map.entries.contains { contains(mark, $0.value) }
    case .undefined, .none, .bool, .int, .double, .runtime: false
    }
  }

  private static func marking(_ messages: TemplateValue, with mark: String) throws(TemplateError) -> TemplateValue {
    guard case .list(var list) = messages, case .map(var last)? = list.popLast() else {
      throw TemplateError(.invalidValue, "There is no last message to continue", hint: "Give at least one message")
    }
    guard let content = last["content"].flatMap({ marking(content: $0, with: mark) }) else {
      throw TemplateError(
        .invalidValue, "The last message has no text to continue", hint: "Give it text or ask for a new turn")
    }
    last["content"] = content
    return .list(list + [.map(last)])
  }

  /// Text with the mark behind it; of a list of parts the last one that has text gets it.
  private static func marking(content: TemplateValue, with mark: String) -> TemplateValue? {
    switch content {
    case .string(let text): return .string(text + mark)
    case .list(var parts):
      for index in parts.indices.reversed() {
        guard case .map(var part) = parts[index], case .string(let text)? = part["text"] else { continue }
        part["text"] = .string(text + mark)
        parts[index] = .map(part)
        return .list(parts)
      }
      return nil
    case .undefined, .none, .bool, .int, .double, .tuple, .map, .runtime: return nil
    }
  }

  private static func lastPlace(of pattern: [Unicode.Scalar], in text: [Unicode.Scalar]) -> Int? {
    guard text.count >= pattern.count else { return nil }
    return (0...text.count - pattern.count).last { text[$0..<$0 + pattern.count].elementsEqual(pattern) }
  }
}
