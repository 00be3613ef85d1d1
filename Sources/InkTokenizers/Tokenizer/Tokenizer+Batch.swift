/// A text, or a pair of texts that belong together.
public struct EncodingInput: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The text, or the first of two.
  public var first: String
  /// The second text of a pair.
  public var second: String?

  /// Texts to encode together.
  public init(_ first: String, and second: String? = nil) {
    self.first = first
    self.second = second
  }

  public init(stringLiteral text: String) { self.init(text) }
}

extension Tokenizer {
  /// The tokens of several inputs, cut and filled up to one length.
  ///
  /// An input that is longer than the truncation allows gives several windows: the first is what `encoding(of:and:options:)`
  /// keeps, the others hold the rest, each repeating `Truncation.stride` tokens. Of a pair every window of the one text
  /// stands beside every window of the other.
  ///
  /// ```swift
  /// let options = EncodingOptions(truncation: Truncation(maximumLength: 384, strategy: .onlySecond, stride: 128))
  /// let windows = try tokenizer.encodings(of: [EncodingInput(question, and: document)], options: options)[0]
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: texts or pairs.
  ///   - options: special tokens, truncation and padding; padding without a length goes to the longest first window.
  /// - Returns: for each input its windows, at least one.
  /// - Throws: `TokenizerError` where the truncation cannot be kept: a text that alone is cut would vanish, there is no
  ///   second one, or the stride leaves no step from one window to the next.
  public func encodings(
    of inputs: [EncodingInput], options: EncodingOptions = EncodingOptions()
  ) throws(TokenizerError) -> [[Encoding]] {
    var result: [[Encoding]] = []
    for input in inputs { result.append(try windows(of: input, options)) }
    guard let padding = options.padding else { return result }
    let longest = result.compactMap { $0.first?.ids.count }.max() ?? 0
    for index in result.indices {
      for window in result[index].indices { result[index][window].pad(padding, batchLongest: longest) }
    }
    return result
  }

  private func windows(of input: EncodingInput, _ options: EncodingOptions) throws(TokenizerError) -> [Encoding] {
    let first = plainEncoding(of: input.first, options.parsing)
    let second = input.second.map { plainEncoding(of: $0, options.parsing) }
    guard let truncation = options.truncation else {
      return [postProcessor.assemble(first.finished, second?.finished, options.specialTokens)]
    }
    let room = room(truncation, options.specialTokens, isPair: second != nil)
    let counts = (first: first.encoding.ids.count, second: second?.encoding.ids.count)
    let lengths = truncation.lengths(first: counts.first, second: counts.second, room: room)
    let added = options.specialTokens == .add ? postProcessor.addedCount(isPair: second != nil) : 0
    if truncation.maximumLength < added {
      throw refuse(truncation, "at least \(added), which is what the special tokens take", "fewer", "Raise the length.")
    }
    try check(truncation, room, lengths, counts.first, counts.second)
    let firstWindows = first.windows(of: lengths.first, stride: truncation.stride, cutting: truncation.side)
    guard let second else { return firstWindows.map { postProcessor.assemble($0, nil, options.specialTokens) } }
    let secondWindows = second.windows(of: lengths.second, stride: truncation.stride, cutting: truncation.side)
    func joined(_ a: Encoding, _ b: Encoding) -> Encoding { postProcessor.assemble(a, b, options.specialTokens) }
    // The order is the reference library's: the two that are kept, then those with other windows of the first text.
    let kept = firstWindows[0]
    var result = [joined(kept, secondWindows[0])]
    for window in firstWindows.dropFirst() { result += secondWindows.map { joined(window, $0) } }
    result += secondWindows.dropFirst().map { joined(kept, $0) }
    return result
  }

  private func check(
    _ truncation: Truncation, _ room: Int, _ lengths: (first: Int, second: Int), _ first: Int, _ second: Int?
  ) throws(TokenizerError) {
    let surplus = first + (second ?? 0) - room
    guard surplus > 0, room > 0 else { return }
    switch truncation.strategy {
    case .longestFirst: break
    case .onlyFirst:
      if first <= surplus {
        throw refuse(
          truncation, "a first text of more than \(surplus) tokens", "\(first)", "Cut the longest text instead.")
      }
    case .onlySecond:
      guard let second else {
        throw refuse(
          truncation, "a pair of texts, of which the second is cut", "one text", "Cut the first text instead.")
      }
      if second <= surplus {
        throw refuse(
          truncation, "a second text of more than \(surplus) tokens", "\(second)", "Cut the longest text instead.")
      }
    }
    for (length, count) in [(lengths.first, first), (lengths.second, second ?? 0)]
    where length > 0 && length < count && truncation.stride >= length {
      throw refuse(
        truncation, "a stride of less than \(length) tokens, which is what the special tokens leave",
        "\(truncation.stride)",
        "Lower the stride or raise the length.")
    }
  }

  private func refuse(
    _ truncation: Truncation, _ expected: String, _ found: String, _ hint: String
  ) -> TokenizerError {
    TokenizerError(
      .invalidField, in: "truncation to \(truncation.maximumLength) tokens", expected: expected, found: found,
      hint: hint)
  }

  /// How many tokens of texts there may be.
  func room(_ truncation: Truncation, _ specialTokens: SpecialTokenInsertion, isPair: Bool) -> Int {
    let added = specialTokens == .add ? postProcessor.addedCount(isPair: isPair) : 0
    return max(truncation.maximumLength - added, 0)
  }
}

extension Truncation {
  /// How many tokens of each text stay.
  func lengths(first: Int, second: Int?, room: Int) -> (first: Int, second: Int) {
    guard let second else { return (min(first, room), 0) }
    if room == 0 { return (0, 0) }
    if first + second <= room { return (first, second) }
    switch strategy {
    case .onlyFirst: return (max(room - second, 0), second)
    case .onlySecond: return (first, max(room - first, 0))
    case .longestFirst:
      var short = min(first, second)
      var long = short > room ? short : max(short, room - short)
      if short + long > room {
        short = room / 2
        long = short + room % 2
      }
      return first <= second ? (short, long) : (long, short)
    }
  }
}
