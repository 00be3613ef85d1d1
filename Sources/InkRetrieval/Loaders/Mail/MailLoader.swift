/// Reads e-mails (RFC 5322 and MIME): subject, sender and date, and the text of the message; plain text before HTML
/// where a
/// message has both. Attachments are named, not read.
public struct MailLoader: DocumentLoader {
  public let mediaTypes = ["message/rfc822"]
  public let fileExtensions = ["eml"]
  private let limits: ReadingLimits

  private static let deepest = 16
  private static let keys = ["from": "author", "to": "to", "date": "date", "message-id": "identifier"]

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let message = MailPart(bytes[...])
    guard !message.headers.isEmpty else {
      throw RetrievalError(
        .invalidDocument, context: name, expected: "the headers of an e-mail", found: "other bytes",
        hint: "Name the format if this is a text.")
    }
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    builder.title = message.headers["subject"].map { MailHeader.decoded($0) }
    for (header, key) in MailLoader.keys {
      if let value = message.headers[header].map({ MailHeader.decoded($0) }), !value.isEmpty {
        builder.metadata[key] = value
      }
    }
    for (label, header) in [("Subject", "subject"), ("From", "from"), ("To", "to"), ("Date", "date")] {
      if let value = message.headers[header] { try builder.append("\(label): \(MailHeader.decoded(value))\n") }
    }
    try builder.endParagraph()
    try append(message, to: &builder, name: name, depth: 0)
    builder.trimEnd()
    return builder.text
  }

  private func append(
    _ part: MailPart, to builder: inout ExtractedTextBuilder, name: String, depth: Int
  ) throws(RetrievalError) {
    guard depth < MailLoader.deepest else {
      builder.warn("Parts more than \(MailLoader.deepest) deep in each other were left out.")
      return
    }
    let (type, parameters) = part.contentType
    if let file = part.attachmentName {
      builder.warn("The attachment \(file) was not read.")
      return
    }
    if type.hasPrefix("multipart/"), let boundary = parameters["boundary"] {
      var parts = part.parts(boundary: boundary)
      if type == "multipart/alternative" {
        let plain = parts.first { $0.contentType.type == "text/plain" }
        parts = (plain ?? parts.last).map { [$0] } ?? []
      }
      for inner in parts { try append(inner, to: &builder, name: name, depth: depth + 1) }
      return
    }
    if type == "message/rfc822" {
      try append(MailPart(part.content[...]), to: &builder, name: name, depth: depth + 1)
      return
    }
    guard type.hasPrefix("text/") else {
      builder.warn("A part of type \(type) was not read.")
      return
    }
    let declared = parameters["charset"].flatMap { TextEncoding(label: $0) }
    let text = try TextEncoding.text(of: part.content, declared: declared, name: name).text
    try builder.endParagraph()
    if type == "text/html" {
      var reader = HTMLReader(builder: builder, selection: .content)
      try reader.read(text)
      builder = reader.builder
    } else {
      try builder.append(text.replacing("\r\n", with: "\n"))
    }
    try builder.endParagraph()
  }
}
