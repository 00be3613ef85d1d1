import InkChat

/// `chunking_strategy`: how long pieces are. `auto` is what OpenAI documents for it, as far as the embedder reads.
struct ChunkingStrategy: Sendable {
  var tokens = 256
  var overlap = 32

  init(_ fields: inout RequestFields) throws(ServerError) {
    guard let value = fields.value("chunking_strategy") else { return }
    var strategy = try RequestFields(value, path: fields.path("chunking_strategy"))
    switch try strategy.requiredString("type") {
    case "auto": break
    case "static":
      guard let sizes = strategy.value("static") else { throw strategy.missing("static") }
      var inner = try RequestFields(sizes, path: strategy.path("static"))
      tokens = try inner.integer("max_chunk_size_tokens", in: 8...8192) ?? tokens
      overlap = try inner.integer("chunk_overlap_tokens", in: 0...(tokens / 2)) ?? min(overlap, tokens / 4)
      strategy.adopt(inner)
    case let other: throw strategy.invalid("type", "\"auto\" or \"static\"", found: .string(other))
    }
    fields.adopt(strategy)
  }
}
