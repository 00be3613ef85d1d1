public import InkChat
public import InkTensor

/// Takes apart what a local model writes, while it is written: what it thinks, what it says, which tools it calls.
///
/// Only what may be the beginning of a mark is held back. The pieces, joined, do not depend on how the text was cut.
///
/// - Thoughts are told apart only in front of the answer's text; a mark in the middle of it is text. White space around
///   thoughts, and between text and calls, is left out.
/// - What looks like a call and turns out to be none (no JSON, no name, a bare object that names no tool) comes out as
///   text, with its marks.
/// - From the name and the first character of the arguments on, a call is a call. When the answer is cut off inside of it,
///   or its arguments stop being JSON, it is closed as it is: everything up to the mark that ends it is taken for its
///   arguments, and `ToolCall.arguments` is then a string with that text. Line breaks and other control characters
///   inside strings are escaped, which makes them JSON.
/// - Identifiers in the model's text are not used; each call gets one of its own.
///
/// Text that ends a turn must not be fed.
///
/// ```swift
/// let layout = AnswerLayout(templateSource: template, prompt: prompt)
/// var parser = AnswerParser(layout, options: options, identifiers: RandomStream(seed: seed, name: "tool calls"))
/// for piece in parser.feed("<think>Paris…") { … }
/// for piece in parser.finish() { … }
/// ```
public struct AnswerParser: Sendable {
  private enum Meaning: Sendable {
    case thoughtBegins, thoughtEnds
    case callBegins(ToolCallFormat.Opening)
    /// Closes a call whose arguments broke; where that mark also begins a call, it does so.
    case callEnds(ToolCallFormat.Opening?)
    /// Means nothing by itself.
    case passedOver
  }

  private enum Mode: Sendable, Hashable {
    /// In front of the answer's text.
    case beginning
    case text
    /// Behind a call, with no text since.
    case behindCall
    case reasoning
    case call
    /// In a call whose arguments are no JSON any more.
    case brokenCall
  }

  private let format: ToolCallFormat?
  private let reasoning: ReasoningFormat?
  private let options: GenerationOptions
  private var mode: Mode
  private var marks: [Mark<Meaning>] = []
  private var watch = MarkWatch()
  /// White space that is left out if nothing but a mark follows.
  private var heldSpace: [Unicode.Scalar] = []
  private var dropsSpace = false
  private var reader: (any ToolCallReader)?
  private var output: AnswerOutput

  /// A parser for one answer.
  ///
  /// - Parameters:
  ///   - layout: what the text is made of.
  ///   - options: of them, the tools, whether and how many of them are called, and what becomes of thoughts. Without
  ///     tools, or where none is to be called, calls are text.
  ///   - identifiers: where the identifiers of calls come from; a stream of its own for each answer.
  public init(_ layout: AnswerLayout, options: GenerationOptions, identifiers: RandomStream) {
    let callsTools: Bool
    switch options.toolChoice {
    case .none: callsTools = false
    case .automatic, .required, .named: callsTools = !options.tools.isEmpty
    }
    format = callsTools ? layout.toolCalls : nil
    reasoning = layout.reasoning
    self.options = options
    output = AnswerOutput(
      identifiers: ToolCallIdentifiers(shape: format?.identifierShape ?? .prefixed, random: identifiers))
    switch layout.beginning {
    case .reasoning where reasoning != nil:
      mode = .reasoning
      dropsSpace = true
    case .answer, .reasoning: mode = .beginning
    }
    marks = marksOfMode()
  }

  /// Whether the model is thinking; what forces the form of an answer must not begin before it ends.
  public var isReasoning: Bool { mode == .reasoning }

  /// Whether nothing more can come: the one call that was allowed is complete. What is fed then is dropped.
  public var isComplete: Bool {
    switch options.toolCallCount {
    case .any: false
    case .atMostOne: output.closedCalls > 0
    }
  }

  /// Takes the next piece of text, which must consist of whole characters.
  public mutating func feed(_ piece: String) -> [AnswerPiece] {
    for scalar in piece.unicodeScalars { take(scalar) }
    return output.drain()
  }

  /// What was held back when no more will come. Calls that are being written are closed as they are.
  public mutating func finish() -> [AnswerPiece] {
    guard !isComplete else { return output.drain() }
    for scalar in watch.release() { pass(scalar) }
    switch mode {
    case .call:
      reader?.finish(into: &output)
      if output.isCallOpen { output.closeCall() } else { leaveCall(); output.takeUnclaimed().forEach { pass($0) } }
    case .brokenCall: output.closeCall()
    case .beginning, .text, .behindCall, .reasoning: break
    }
    if mode != .reasoning { releaseSpace() }
    heldSpace = []
    reader = nil
    return output.drain()
  }

  /// Moves on by a character and by all those that had been taken for a part of a call.
  private mutating func take(_ scalar: Unicode.Scalar) {
    var waiting = [scalar]
    while let next = waiting.popLast(), !isComplete {
      switch mode {
      case .call: read(next, &waiting)
      case .beginning, .text, .behindCall, .reasoning, .brokenCall: look(at: next, &waiting)
      }
    }
  }

  private mutating func look(at scalar: Unicode.Scalar, _ waiting: inout [Unicode.Scalar]) {
    watch.hold(scalar)
    while true {
      switch watch.outcome(among: marks) {
      case .waiting: return
      case .released(let scalar): pass(scalar)
      case .found(let mark): return found(mark)
      }
    }
  }

  private mutating func found(_ mark: Mark<Meaning>) {
    switch mark.meaning {
    case .thoughtBegins:
      switch options.reasoning {
      case .separate: heldSpace = []
      case .inText: releaseSpace()
      }
      enter(.reasoning)
      keepMark(mark)
    case .thoughtEnds:
      heldSpace = []
      enter(.beginning)
      keepMark(mark)
    case .passedOver: break
    case .callBegins(let opening): beginCall(opening, mark.scalars)
    case .callEnds(let opening):
      output.closeCall()
      leaveCall()
      if let opening { beginCall(opening, mark.scalars) }
    }
  }

  /// Marks of thoughts are a part of the text where thoughts are.
  private mutating func keepMark(_ mark: Mark<Meaning>) {
    switch options.reasoning {
    case .separate: dropsSpace = true
    case .inText: for scalar in mark.scalars { output.text(scalar) }
    }
  }

  private mutating func beginCall(_ opening: ToolCallFormat.Opening, _ scalars: [Unicode.Scalar]) {
    reader = reader(for: opening)
    output.remember(scalars)
    enter(.call)
  }

  private func reader(for opening: ToolCallFormat.Opening) -> any ToolCallReader {
    switch opening {
    case .objects: JSONCallReader(rule: .anyName)
    case .bareObject: JSONCallReader(insideObjectWith: .knownName(Set(options.tools.map(\.name))))
    case .mistral: MistralCallReader()
    case .separatedName: NamedCallReader(layout: .separated)
    case .knownName(let name): NamedCallReader(behind: name)
    case .glmTags: TaggedCallReader(tools: options.tools)
    case .qwenTags(let beginning): TaggedCallReader(tools: options.tools, beginning: beginning)
    }
  }

  private mutating func read(_ scalar: Unicode.Scalar, _ waiting: inout [Unicode.Scalar]) {
    output.remember(scalar)
    let calls = output.openedCalls
    let progress = reader?.feed(scalar, into: &output) ?? .refused
    if output.openedCalls != calls { heldSpace = [] }
    switch progress {
    case .reading: break
    case .finished:
      output.claim()
      leaveCall()
    case .finishedBefore:
      leaveCall()
      waiting += output.takeUnclaimed().reversed()
    case .refused:
      leaveCall()
      // The first character goes by unseen, so that the mark is not found again.
      let unclaimed = output.takeUnclaimed()
      if let first = unclaimed.first { pass(first) }
      waiting += unclaimed.dropFirst().reversed()
    case .broken:
      _ = output.takeUnclaimed()
      enter(.brokenCall)
      waiting.append(scalar)
    }
  }

  private mutating func leaveCall() {
    if output.openedCalls > 0 { dropsSpace = true }
    enter(output.openedCalls > 0 ? .behindCall : .beginning)
  }

  /// Takes a character that is no part of a mark.
  private mutating func pass(_ scalar: Unicode.Scalar) {
    switch mode {
    case .brokenCall: output.argument(scalar)
    case .reasoning where options.reasoning == .inText: output.text(scalar)
    case .call, .reasoning, .beginning, .behindCall, .text:
      if scalar.properties.isWhitespace {
        if !dropsSpace { heldSpace.append(scalar) }
        if mode == .text, format == nil { releaseSpace() }
        return
      }
      dropsSpace = false
      releaseSpace()
      if mode == .reasoning {
        output.reasoning(scalar)
      } else {
        output.text(scalar)
        if mode != .text { enter(.text) }
      }
    }
  }

  private mutating func releaseSpace() {
    for scalar in heldSpace {
      if mode == .reasoning { output.reasoning(scalar) } else { output.text(scalar) }
    }
    heldSpace.removeAll(keepingCapacity: true)
  }

  private mutating func enter(_ mode: Mode) {
    self.mode = mode
    marks = marksOfMode()
  }

  private func marksOfMode() -> [Mark<Meaning>] {
    var marks: [Mark<Meaning>] = []
    switch mode {
    case .call: break
    case .reasoning: if let reasoning { marks.append(Mark(reasoning.closing, .thoughtEnds)) }
    case .brokenCall:
      marks += (format?.openings ?? []).map { Mark($0.scalars, .callEnds($0.meaning)) }
      marks += (format?.closings ?? []).map { Mark($0, .callEnds(nil)) }
    case .beginning, .behindCall, .text:
      if mode == .beginning, let reasoning { marks.append(Mark(reasoning.opening, .thoughtBegins)) }
      guard let format else { break }
      marks += format.openings.map { Mark($0.scalars, .callBegins($0.meaning)) }
      if mode != .text {
        marks += format.leadingOpenings(tools: options.tools).map { Mark($0.scalars, .callBegins($0.meaning)) }
      }
      marks += format.frames.map { Mark($0, .passedOver) }
      if output.openedCalls > 0 { marks += format.closings.map { Mark($0, .passedOver) } }
      if mode == .behindCall { marks += format.separators.map { Mark($0, .passedOver) } }
    }
    return marks
  }
}
