package import ArgumentParser
import InkChat
import InkFormats
import InkTokenizers

/// `inkstone tokenize`: text to token ids, ids to text, or the speed over a file.
package struct TokenizeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Turn text into token ids and back, or measure how fast that is.",
    discussion: """
        inkstone tokenize --text "Hello, 世界"
        inkstone tokenize --decode "19556 28"
        inkstone tokenize --file book.txt --json
        inkstone tokenize --lines strings.jsonl
        inkstone tokenize --tokenizer-file tokenizer.json --text -
        inkstone tokenize --tokenizer-file tokenizer.json --lines - < strings.jsonl
      """)

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "A model, or a tokenizer.json, .model or .tiktoken file; the weights are not loaded.", valueName: "model"))
  package var model = ModelRegistry.defaultName

  @Option(help: ArgumentHelp("A tokenizer.json, .model or .tiktoken file instead of a model.", valueName: "path"))
  package var tokenizerFile: String?

  @Option(help: ArgumentHelp("The expression that cuts text for a .tiktoken file of another name.", valueName: "regex"))
  package var pattern: String?

  @Option(name: .long, help: "The text to turn into ids; - reads standard input.")
  package var text: String?

  @Option(help: ArgumentHelp("Ids to turn into text, with blanks or commas between them.", valueName: "ids"))
  package var decode: String?

  @Option(help: ArgumentHelp("Measure the encoding of a file on one thread.", valueName: "path"))
  package var file: String?

  @Option(
    help: ArgumentHelp(
      "A file with a JSON value a line (- reads standard input): a string is encoded, a list of ids decoded, {\"hex\": ...} encoded as bytes.",
      valueName: "path"))
  package var lines: String?

  @Option(help: "How often a file is encoded; the best time counts.")
  package var `repeat` = 3

  @Option(help: "Whether the tokens that begin and end a text are put in: add or omit.")
  package var specialTokens = InsertionArgument.add

  @Option(help: "What special tokens spelled out in the text are: parse or text.")
  package var spelledTokens = ParsingArgument.parse

  @Flag(help: "Use only what is on this machine.")
  package var offline = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  /// Whether a tokenizer puts in its own tokens.
  package enum InsertionArgument: String, ExpressibleByArgument, CaseIterable, Sendable { case add, omit }

  /// What special tokens in a text count as.
  package enum ParsingArgument: String, ExpressibleByArgument, CaseIterable, Sendable { case parse, text }

  package func validate() throws {
    guard [text, decode, file, lines].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Expected exactly one of --text, --decode, --file and --lines.")
    }
    if !(1...1000).contains(`repeat`) { throw ValidationError("--repeat: expected 1 to 1000, found \(`repeat`).") }
  }

  package mutating func run() async throws {
    let path: String?
    if let tokenizerFile {
      path = tokenizerFile
    } else {
      path = TokenizerOpener.isTokenizerFile(model) ? model : nil
    }
    let clock = ContinuousClock()
    let start: ContinuousClock.Instant
    let tokenizer: Tokenizer
    if let path {
      start = clock.now
      tokenizer = try TokenizerOpener.tokenizer(file: path, pattern: pattern)
    } else {
      let opener = ModelOpener(network: offline ? .offline : .online, output: output)
      let resolved = try await opener.resolve(model)
      start = clock.now
      tokenizer = try TokenizerOpener.tokenizer(of: resolved)
    }
    let loading = start.duration(to: clock.now)
    if let text {
      try encode(text == "-" ? try InputFile.text("-") : text, tokenizer)
    } else if let decode {
      try decodeIDs(decode, tokenizer)
    } else if let file {
      try measure(file, tokenizer, loading: loading)
    } else if let lines {
      let work = TokenizedLines(tokenizer: tokenizer, specialTokens: insertion, parsing: parsing)
      for (index, line) in try InputFile.bytes(lines).split(separator: 0x0A).enumerated() {
        try output.result(try work.answer(to: line, name: "\(lines), line \(index + 1)").text)
      }
    }
  }

  private func encode(_ text: String, _ tokenizer: Tokenizer) throws {
    let ids = tokenizer.encode(text, specialTokens: insertion, parsing: parsing)
    if output.json {
      let pieces = try tokenizer.pieces(ids)
      let report: Report = ["ids": .tokens(ids), "pieces": .array(pieces.map { .string($0) })]
      try output.result(report.text)
    } else {
      try output.result(ids.map(String.init).joined(separator: " "))
    }
  }

  private func decodeIDs(_ list: String, _ tokenizer: Tokenizer) throws {
    let ids = try TokenList.ids(list)
    let text = try tokenizer.decode(ids, specialTokens: .keep)
    if output.json {
      let pieces = try tokenizer.pieces(ids)
      let report: Report = [
        "text": .string(text), "ids": .tokens(ids), "pieces": .array(pieces.map { .string($0) }),
      ]
      try output.result(report.text)
    } else {
      try output.result(text)
    }
  }

  private func measure(_ path: String, _ tokenizer: Tokenizer, loading: Duration) throws {
    let bytes = try InputFile.bytes(path)
    let clock = ContinuousClock()
    var times: [Duration] = []
    var count = 0
    for _ in 0..<`repeat` {
      let start = clock.now
      count = tokenizer.encode(bytes: bytes, specialTokens: insertion, parsing: parsing).count
      times.append(start.duration(to: clock.now))
    }
    // The first time nothing of the text has been seen; later the tokenizer remembers words.
    let first = times.first ?? .zero
    let best = times.min() ?? .zero
    let seconds = best.inSeconds
    let rate = seconds > 0 ? Double(bytes.count) / seconds / 1e6 : 0
    if output.json {
      let report: Report = [
        "tokens": .whole(count), "bytes": .whole(bytes.count), "seconds": .number(seconds),
        "megabytes_per_second": .number(rate), "first_seconds": .number(first.inSeconds),
        "load_seconds": .number(loading.inSeconds),
      ]
      try output.result(report.text)
    } else {
      try output.result(
        "\(count) tokens from \(bytes.count) bytes in \(Amount.decimal(seconds, digits: 4)) s, "
          + "\(Amount.decimal(rate, digits: 2)) MB/s; tokenizer opened in "
          + "\(Amount.decimal(loading.inSeconds * 1000, digits: 1)) ms")
    }
  }

  private var insertion: SpecialTokenInsertion {
    switch specialTokens {
    case .add: .add
    case .omit: .omit
    }
  }

  private var parsing: SpecialTokenParsing {
    switch spelledTokens {
    case .parse: .parse
    case .text: .asText
    }
  }
}
