/// One rendering of a parsed template: its scopes, the objects it makes, its output and its budget.
final class TemplateRenderer {
  /// How a list of statements ended.
  enum Flow { case normal, breakLoop, continueLoop }

  struct Loop {
    let node: TemplateLoop
    let elements: [TemplateValue]
    let depth: Int
    /// The scope around the loop, in which a recursive call runs.
    let scope: TemplateScope
    var index = 0
    var lastChanged: [TemplateValue]?
  }

  let source: [UInt8]
  let limits: TemplateLimits
  let now: CivilTime
  var scope: TemplateScope
  var output: [UInt8] = []
  private var captureDepth = 0
  /// The final output while a part is captured.
  private var finalOutput: [UInt8] = []
  var assistantRanges: [Range<Int>] = []
  /// Code points of the finished output, counted up to a byte, so that ranges cost one pass in all.
  private var counted = (bytes: 0, scalars: 0)

  var macros: [(node: TemplateMacro, scope: TemplateScope)] = []
  var namespaces: [TemplateMap] = []
  var loops: [Loop] = []
  var cyclers: [(values: [TemplateValue], position: Int)] = []
  var joiners: [(separator: String, isUsed: Bool)] = []
  var methods: [(receiver: TemplateValue, name: String)] = []

  private var steps = 0
  var callDepth = 0
  private var evaluationDepth = 0
  /// Nodes evaluated inside one another. Bounds the stack whatever mixture of blocks and macros a template nests.
  private static let evaluationDepthLimit = 320

  init(source: [UInt8], context: TemplateMap, now: CivilTime, limits: TemplateLimits) throws(TemplateError) {
    self.source = source
    self.limits = limits
    self.now = now
    scope = TemplateScope(parent: nil)
    for entry in context.entries {
      guard case .string(let name) = entry.key else { continue }
      try check(entry.value)
      scope.set(name, entry.value)
    }
  }

  func charge(_ count: Int) throws(TemplateError) {
    guard count <= limits.steps - steps else {
      throw TemplateError(
        .limitExceeded, "The template does more than \(limits.steps) steps of work",
        hint: "Look for a loop that never ends, or raise the limit")
    }
    steps += count
  }

  /// Text is paid for by its length, so that no loop over long texts escapes the budget.
  func charge(text: String) throws(TemplateError) {
    let bytes = text.utf8.count
    guard bytes <= limits.textBytes else { throw textTooLong() }
    try charge(bytes >> 6)
  }

  func textTooLong() -> TemplateError {
    TemplateError(
      .limitExceeded, "A text grows beyond \(limits.textBytes) bytes", hint: "Raise the limit if it is meant")
  }

  /// Refuses values that nest too deeply and pays for the elements of those that do not.
  @discardableResult
  func check(_ value: TemplateValue, depth: Int = 0) throws(TemplateError) -> TemplateValue {
    switch value {
    case .string(let text): if depth == 0 { try charge(text: text) }
    case .list(let elements), .tuple(let elements):
      try checkDepth(depth)
      try charge(elements.count)
      for element in elements { try check(element, depth: depth + 1) }
    case .map(let map):
      try checkDepth(depth)
      try charge(map.count)
      for entry in map.entries {
        try check(entry.key, depth: depth + 1)
        try check(entry.value, depth: depth + 1)
      }
    default: break
    }
    return value
  }

  private func checkDepth(_ depth: Int) throws(TemplateError) {
    guard depth < limits.valueDepth else {
      throw TemplateError(.limitExceeded, "Lists and maps nest deeper than \(limits.valueDepth) levels")
    }
  }

  /// Pays for one node and guards the stack; `leave` must follow.
  func enter() throws(TemplateError) {
    try charge(1)
    guard evaluationDepth < Self.evaluationDepthLimit else {
      throw TemplateError(
        .limitExceeded, "The template nests more than \(Self.evaluationDepthLimit) evaluations",
        hint: "Look for a macro that calls itself without end")
    }
    evaluationDepth += 1
  }

  func leave() { evaluationDepth -= 1 }

  func emit(_ text: String) throws(TemplateError) {
    let count = text.utf8.count
    guard count <= limits.textBytes - output.count else { throw textTooLong() }
    try charge(count >> 6)
    output.append(contentsOf: text.utf8)
  }

  /// The code points written so far to the final output.
  func scalarPosition() -> Int {
    let bytes = captureDepth == 0 ? output : finalOutput
    let count = bytes[counted.bytes...].count { $0 & 0xC0 != 0x80 }
    counted = (bytes.count, counted.scalars + count)
    return counted.scalars
  }

  /// Runs a part whose output becomes a value instead of output.
  func captured(
    _ part: () throws(TemplateError) -> Flow
  ) throws(TemplateError) -> (text: String, flow: Flow) {
    let outer = output
    if captureDepth == 0 { finalOutput = output }
    output = []
    captureDepth += 1
    let flow = try part()
    let text = String(decoding: output, as: UTF8.self)
    captureDepth -= 1
    if captureDepth == 0 { finalOutput = [] }
    output = outer
    return (text, flow)
  }

  /// Runs a part in a scope of its own inside `parent`.
  func scoped<Result>(
    in parent: TemplateScope, _ part: () throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let outer = scope
    scope = TemplateScope(parent: parent)
    let result = try part()
    scope = outer
    return result
  }
}
