import InkTensor

/// Reads a pickle as data: a stack machine that knows literals, containers and the few names of ``PickleGlobal``, and
/// throws at everything else. No code of the file, and none it names, is ever run.
///
/// Format: Python's `pickle` protocols 2 to 5 (PEP 307, PEP 3154, PEP 574).
struct PickleMachine: Sendable {
  private(set) var cursor: PickleCursor
  var heap = PickleHeap()
  var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// What may still be copied out of values that the file writes once and uses often.
  private var allowance: Int

  init(_ cursor: PickleCursor) {
    self.cursor = cursor
    self.allowance = max(cursor.remaining, 1 << 16)
  }

  /// Runs to the end of one pickle and returns its value; the cursor stands behind it then.
  ///
  /// Every step takes at least one byte of the file and makes at most one value, so time and memory are bounded by its
  /// size.
  mutating func run() throws(FormatError) -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    while true {
      let place = cursor.position
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw FormatError(
          .unsupported, file: cursor.file, context: "pickle at byte \(place)",
          expected: "an opcode that only holds data",
          found: PickleOpcode.refusedName(byte), hint: PickleMachine.refusalHint)
      }
      if opcode == .stop { return try pop() }
      if try runLiteral(opcode) { continue }
      if try runContainer(opcode) { continue }
      try runObject(opcode)
    }
  }

  static let refusalHint =
    "Only weights are read, and no code is run; save the tensors as safetensors with the library that made the file."

  /// Constants, strings and the memo; false when the opcode is none of them.
  private mutating func runLiteral(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .protocol:
      let version = try cursor.byte()
      guard (2...5).contains(version) else { throw failure(.unsupported, "protocol 2 to 5", "\(version)") }
    case .frame: _ = try cursor.integer(UInt64.self)
    case .none: push(.none)
    case .newTrue: push(.bool(true))
    case .newFalse: push(.bool(false))
    case .binInt: push(.int(Int(try cursor.integer(Int32.self))))
    case .binInt1: push(.int(Int(try cursor.byte())))
    case .binInt2: push(.int(Int(try cursor.integer(UInt16.self))))
    case .long1: push(PickleMachine.whole(try cursor.bytes(UInt64(try cursor.byte()))))
    case .long4: push(PickleMachine.whole(try cursor.bytes(UInt64(try cursor.integer(UInt32.self)))))
    case .binFloat: push(.double(try cursor.double()))
    case .shortBinUnicode: push(.text(try cursor.text(UInt64(try cursor.byte()))))
    case .binUnicode: push(.text(try cursor.text(UInt64(try cursor.integer(UInt32.self)))))
    case .binUnicode8: push(.text(try cursor.text(try cursor.integer(UInt64.self))))
    case .shortBinString: push(PickleMachine.string(try cursor.bytes(UInt64(try cursor.byte()))))
    case .binString: push(PickleMachine.string(try cursor.bytes(UInt64(try cursor.integer(UInt32.self)))))
    case .shortBinBytes: push(.bytes(try cursor.bytes(UInt64(try cursor.byte()))))
    case .binBytes: push(.bytes(try cursor.bytes(UInt64(try cursor.integer(UInt32.self)))))
    case .binBytes8, .byteArray8: push(.bytes(try cursor.bytes(try cursor.integer(UInt64.self))))
    case .binGet: try get(Int(try cursor.byte()))
    case .longBinGet: try get(Int(try cursor.integer(UInt32.self)))
    case .binPut: memo[Int(try cursor.byte())] = try top()
    case .longBinPut: memo[Int(try cursor.integer(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()
    default: return false
    }
    return true
  }

  /// Tuples, lists, dictionaries and the stack itself; false when the opcode is none of them.
  private mutating func runContainer(_ opcode: PickleOpcode) throws(FormatError) -> Bool {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .duplicate: push(try top())
    case .emptyTuple: push(heap.tuple([]))
    case .tuple: push(heap.tuple(try popToMark()))
    case .tuple1: push(heap.tuple(try pop(1)))
    case .tuple2: push(heap.tuple(try pop(2)))
    case .tuple3: push(heap.tuple(try pop(3)))
    case .emptyList, .emptySet: push(heap.list())
    case .list, .frozenSet: push(heap.list(try popToMark()))
    case .emptyDictionary: push(heap.dictionary())
    case .dictionary:
      let items = try popToMark()
      push(heap.dictionary())
      try setItems(items)
    case .append: try append([try pop()])
    case .appends, .addItems: try append(try popToMark())
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popToMark())
    default: return false
    }
    return true
  }

  /// A string of Python 2, which are bytes that mostly are text.
  private static func string(_ bytes: [UInt8]) -> PickleValue {
    String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
  }

  /// A whole number in two's complement.
  private static func whole(_ bytes: [UInt8]) -> PickleValue {
    guard let last = bytes.last else { return .int(0) }
    guard bytes.count <= 8 else { return .long(bytes) }
    var value: Int = last & 0x80 == 0 ? 0 : -1
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .int(value)
  }

  mutating func push(_ value: PickleValue) { stack.append(value) }

  func top() throws(FormatError) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw failure(.malformed, "a value", "none") }
    return value
  }

  mutating func pop() throws(FormatError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(FormatError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw failure(.malformed, "\(count) values", "fewer") }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popToMark() throws(FormatError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw failure(.malformed, "a mark", "none") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func get(_ number: Int) throws(FormatError) {
    guard let value = memo[number] else { throw failure(.malformed, "a value under the number \(number)", "none") }
    push(value)
  }

  private mutating func append(_ values: [PickleValue]) throws(FormatError) {
    guard case .list(let number) = try top() else { throw failure(.malformed, "a list", try top().kind) }
    heap.lists[number].append(contentsOf: values)
  }

  private mutating func setItems(_ items: [PickleValue]) throws(FormatError) {
    guard case .dictionary(let number) = try top() else { throw failure(.malformed, "a dictionary", try top().kind) }
    guard items.count % 2 == 0 else { throw failure(.malformed, "pairs", "\(items.count) values") }
    for index in stride(from: 0, to: items.count, by: 2) {
      heap.dictionaries[number].append((items[index], items[index + 1]))
    }
  }

  func failure(_ code: FormatError.Code, _ expected: String, _ found: String, hint: String = "") -> FormatError {
    FormatError(
      code, file: cursor.file, context: "pickle before byte \(cursor.position)", expected: expected, found: found,
      hint: hint.isEmpty && code == .malformed ? "The file is damaged." : hint)
  }

  /// Pays for a copy: without this a file could copy one long value as often as it has bytes.
  mutating func spend(_ count: Int) throws(FormatError) {
    allowance -= count
    guard allowance >= 0 else {
      throw failure(.outOfRange, "values that are copied once", "a file that copies them over and over")
    }
  }

  /// The lines of a `GLOBAL`.
  mutating func globalLines() throws(FormatError) -> (module: String, name: String) {
    (try cursor.line(), try cursor.line())
  }
}
