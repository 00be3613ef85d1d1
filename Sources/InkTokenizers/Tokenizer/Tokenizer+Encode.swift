extension Tokenizer {
  /// The tokens of a text.
  ///
  /// - Parameters:
  ///   - text: the text; any string, also an empty one.
  ///   - specialTokens: whether the tokenizer's begin and end tokens are put in.
  ///   - parsing: what special tokens spelled out in the text count as.
  public func encode(
    _ text: String, specialTokens: SpecialTokenInsertion = .add, parsing: SpecialTokenParsing = .parse
  ) -> [TokenID] {
    ids(of: AlignedText(text), specialTokens, parsing)
  }

  /// The tokens of text given as UTF-8. Bytes that are not UTF-8 are kept by byte-level vocabularies.
  public func encode(
    bytes: [UInt8], specialTokens: SpecialTokenInsertion = .add, parsing: SpecialTokenParsing = .parse
  ) -> [TokenID] {
    ids(of: AlignedText(bytes: bytes), specialTokens, parsing)
  }

  /// How often a SentencePiece model looks something up while it encodes a text that it has not met: a measure of work
  /// that is the same on every machine. 0 for other models.
  package func lookUps(encoding text: String) -> Int {
    var workspace = EncodingWorkspace()
    var sink = TokenSink(.ids, capacity: 0)
    normalize(AlignedText(text), 0, text.utf8.count, .asText, &workspace, &sink)
    return workspace.merge.symbols.lookUps + workspace.merge.paths.steps
  }

  /// The memory of what calls leave behind for the next ones, without the caches of short pieces.
  package var keptByteCount: Int { workspaces.keptByteCount }

  private func ids(
    of text: AlignedText, _ specialTokens: SpecialTokenInsertion, _ parsing: SpecialTokenParsing
  ) -> [TokenID] {
    var sink = TokenSink(.ids, capacity: text.count / 3 + 8)
    if specialTokens == .add {
      for item in postProcessor.single {
        switch item {
        case .tokens(let ids, _): sink.ids += ids
        case .first: encode(text, parsing, &sink)
        case .second: break
        }
      }
    } else {
      encode(text, parsing, &sink)
    }
    return sink.ids
  }

  /// The tokens of a text or a pair of texts, with type ids, offsets and attention mask.
  ///
  /// What truncation cuts away is not returned; `encodings(of:options:)` gives it as further windows. A pair of which only
  /// one text may be cut stays too long when the other one alone is.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - second: the second text of a pair, if there is one.
  ///   - options: special tokens, truncation and padding.
  public func encoding(
    of text: String, and second: String? = nil, options: EncodingOptions = EncodingOptions()
  ) -> Encoding {
    var first = plainEncoding(of: text, options.parsing)
    var other = second.map { plainEncoding(of: $0, options.parsing) }
    if let truncation = options.truncation {
      let lengths = truncation.lengths(
        first: first.encoding.ids.count, second: other?.encoding.ids.count,
        room: room(truncation, options.specialTokens, isPair: other != nil))
      first = first.part(of: lengths.first, cutting: truncation.side)
      other = other?.part(of: lengths.second, cutting: truncation.side)
    }
    var result = postProcessor.assemble(first.finished, other?.finished, options.specialTokens)
    if let padding = options.padding { result.pad(padding, batchLongest: result.ids.count) }
    return result
  }

  /// The tokens of one text, with nothing put around them.
  func plainEncoding(of string: String, _ parsing: SpecialTokenParsing) -> PlainEncoding {
    let text = AlignedText(string)
    var sink = TokenSink(.idsAndSpans, capacity: text.count / 3 + 8)
    encode(text, parsing, &sink)
    let offsets = CharacterOffsets(text)
    var result = PlainEncoding()
    for (id, span) in zip(sink.ids, sink.spans) {
      let range = offsets.characters(start: Int(span.start), end: Int(span.end))
      guard case .spaces(let prefix) = postProcessor.trimming else {
        result.encoding.append(id, typeID: 0, offsets: range)
        continue
      }
      let margins = margins(id, text.bytes[Int(span.start)..<min(Int(span.end), text.count)])
      let trimmed = margins.trimmed(range, prefix == .unlessPresent && range.lowerBound == 0 ? .kept : .trimmed)
      result.encoding.append(id, typeID: 0, offsets: trimmed)
      result.firstOffsets.append(margins.trimmed(range, prefix == .unlessPresent ? .kept : .trimmed))
    }
    return result
  }

  /// How many characters of white space a token begins and ends with.
  private func margins(_ id: TokenID, _ source: ArraySlice<UInt8>) -> SpaceMargins {
    // An added token may have taken white space that is not part of its name.
    if let token = addedTokens.token(id), !token.stripping.isEmpty {
      return SpaceMargins(String(decoding: source, as: UTF8.self))
    }
    return SpaceMargins(piece(id) ?? "")
  }

  // MARK: From text to segments to pieces

  func encode(_ text: AlignedText, _ parsing: SpecialTokenParsing, _ sink: inout TokenSink) {
    var workspace = workspaces.take()
    if addedTokens.hasGivenTokens {
      let segments = addedTokens.segments(
        text.bytes, start: 0, end: text.count, .givenText, parsing, &workspace.categories)
      for segment in segments {
        switch segment {
        case .token(let index, let start, let end):
          sink.append(addedTokens.tokens[index].id, text.origin(start: start, end: end))
        case .text(let start, let end): normalize(text, start, end, parsing, &workspace, &sink)
        }
      }
    } else if text.count > 0 {
      normalize(text, 0, text.count, parsing, &workspace, &sink)
    }
    workspaces.put(workspace)
  }

  private func normalize(
    _ text: AlignedText, _ start: Int, _ end: Int, _ parsing: SpecialTokenParsing,
    _ workspace: inout EncodingWorkspace, _ sink: inout TokenSink
  ) {
    var text = text
    var (start, end) = (start, end)
    if let normalizer, !normalizer.leavesUnchanged(text.bytes.span, start: start, end: end) {
      text = normalizer.normalize(text.slice(start: start, end: end), at: start == 0 ? .beginning : .later)
      (start, end) = (0, text.count)
    }
    guard start < end else { return }
    guard addedTokens.hasNormalizedTokens else {
      return encodePlain(text, start, end, &workspace, &sink)
    }
    let segments = addedTokens.segments(
      text.bytes, start: start, end: end, .normalizedText, parsing, &workspace.categories)
    for segment in segments {
      switch segment {
      case .token(let index, let start, let end):
        sink.append(addedTokens.tokens[index].id, text.origin(start: start, end: end))
      case .text(let start, let end): encodePlain(text, start, end, &workspace, &sink)
      }
    }
  }

  private func encodePlain(
    _ text: AlignedText, _ start: Int, _ end: Int, _ workspace: inout EncodingWorkspace, _ sink: inout TokenSink
  ) {
    guard let scanner = preTokenizer.scanner else {
      let part = start == 0 && end == text.count && text.origins != nil ? text : text.slice(start: start, end: end)
      let isFirst = text.origin(start: start, end: start).start == 0
      let (cut, pieces) = preTokenizer.pieces(of: part, isFirst: isFirst, &workspace.categories)
      for piece in pieces {
        encodePiece(cut, piece.lowerBound, piece.upperBound, &workspace, &sink)
      }
      return
    }
    switch scanner {
    case .none: encodePiece(text, start, end, &workspace, &sink)
    case .gpt2: scan(GPT2Scanner.self, text, start, end, &workspace, &sink)
    case .digitsThenGPT2: scan(DigitsThenGPT2Scanner.self, text, start, end, &workspace, &sink)
    case .cl100k: scan(CL100KScanner.self, text, start, end, &workspace, &sink)
    case .cl100kTrailing: scan(CL100KTrailingScanner.self, text, start, end, &workspace, &sink)
    case .qwen2: scan(Qwen2Scanner.self, text, start, end, &workspace, &sink)
    case .deepSeek: scan(DeepSeekScanner.self, text, start, end, &workspace, &sink)
    case .visibleSpaces: scan(VisibleSpaceScanner.self, text, start, end, &workspace, &sink)
    }
  }

  private func scan<Scanner: PieceScanner>(
    _ scanner: Scanner.Type, _ text: AlignedText, _ start: Int, _ end: Int,
    _ workspace: inout EncodingWorkspace, _ sink: inout TokenSink
  ) {
    let asciiTable = CategoryTable.ascii
    let ascii = asciiTable.span
    let bytes = text.bytes
    let span = bytes.span
    var at = start
    switch sink.detail {
    case .ids:
      while at < end {
        let next = Scanner.nextEnd(span, from: at, end: end, ascii, &workspace.categories)
        encodeCached(bytes, at, next, &workspace, &sink.ids)
        at = next
      }
    case .idsAndSpans:
      while at < end {
        let next = Scanner.nextEnd(span, from: at, end: end, ascii, &workspace.categories)
        encodePiece(text, at, next, &workspace, &sink)
        at = next
      }
    }
  }

  /// The tokens of a piece, out of the cache where possible.
  @inline(__always)
  private func encodeCached(
    _ bytes: [UInt8], _ start: Int, _ end: Int, _ workspace: inout EncodingWorkspace, _ ids: inout [TokenID]
  ) {
    let count = end &- start
    if count <= PieceCache.longestPiece {
      let key = PieceCache.key(bytes.span.bytes, at: start, count: count)
      if workspace.cache.append(key, to: &ids) { return }
      model.encode(bytes, start: start, end: end, &workspace.merge)
      let tokens = workspace.merge.ids[..<workspace.merge.count]
      workspace.cache.store(key, tokens)
      ids.append(contentsOf: tokens)
    } else {
      model.encode(bytes, start: start, end: end, &workspace.merge)
      ids.append(contentsOf: workspace.merge.ids[..<workspace.merge.count])
    }
  }

  private func encodePiece(
    _ text: AlignedText, _ start: Int, _ end: Int, _ workspace: inout EncodingWorkspace, _ sink: inout TokenSink
  ) {
    if case .ids = sink.detail {
      encodeCached(text.bytes, start, end, &workspace, &sink.ids)
      return
    }
    model.encode(text.bytes, start: start, end: end, &workspace.merge)
    let count = workspace.merge.count
    var tokenEnd = start
    for index in 0..<count {
      let tokenStart = start + Int(workspace.merge.starts[index])
      if index == 0 || workspace.merge.starts[index] != workspace.merge.starts[index - 1] {
        // Tokens that begin at the same place, as the bytes of a character may, stand for the same text.
        var next = index + 1
        while next < count, workspace.merge.starts[next] == workspace.merge.starts[index] { next += 1 }
        tokenEnd = next < count ? start + Int(workspace.merge.starts[next]) : end
      }
      sink.append(workspace.merge.ids[index], text.origin(start: tokenStart, end: tokenEnd))
    }
  }
}
