/// A sentence encoder of one layer in the pack's format, written as the package's own converter does.
struct TinyPack {
  static let width = 32
  static let feedForward = 64
  static let rows = 8
  static let positions = 6

  let pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "é"]
  let scores: [Float] = [0, 0, 0, 0, -1, -2, -3]
  /// Tabs become spaces, the ligature two letters, a control character nothing.
  let replacements: [(UInt32, [UInt32])] = [(1, []), (9, [32]), (0xFB01, [0x66, 0x69])]

  /// The tensors in order: name, kind, elements.
  var tensors: [(name: String, kind: UInt8, count: Int)] {
    let width = TinyPack.width
    var list: [(String, UInt8, Int)] = [
      ("emb.word", 1, TinyPack.rows * width), ("emb.pos", 0, TinyPack.positions * width), ("emb.type", 0, 2 * width),
      ("emb.ln.w", 0, width), ("emb.ln.b", 0, width),
    ]
    for (name, output, input) in [
      ("q", width, width), ("k", width, width), ("v", width, width), ("ao", width, width),
      ("fi", TinyPack.feedForward, width), ("fo", width, TinyPack.feedForward),
    ] {
      list += [("l0.\(name).w", 1, output * input), ("l0.\(name).b", 0, output)]
    }
    for name in ["aln", "oln"] { list += [("l0.\(name).w", 0, width), ("l0.\(name).b", 0, width)] }
    return list
  }

  static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Value($0))) }
  }

  /// The data of a tensor: different for each, so that none can stand for another.
  func data(of index: Int) -> [UInt8] {
    let (_, kind, count) = tensors[index]
    if kind == 0 { return (0..<count).flatMap { TinyPack.bytes((Float($0) + Float(index) * 0.5).bitPattern) } }
    return (0..<count / 32).flatMap { block in
      TinyPack.bytes(Float16(0.25).bitPattern) + (0..<16).map { UInt8(truncatingIfNeeded: $0 * 7 + block + index) }
    }
  }

  /// The file.
  var file: [UInt8] {
    var out = Array("E5S1".utf8) + TinyPack.bytes(Int32(1))
    for size in [TinyPack.width, 1, 4, TinyPack.feedForward, TinyPack.rows, TinyPack.positions, 2] {
      out += TinyPack.bytes(Int32(size))
    }
    out += TinyPack.bytes(Float(1e-12).bitPattern) + TinyPack.bytes(Int32(32))
    out += TinyPack.bytes(Int32(pieces.count))
    for id in [0, 2, 1, 3] { out += TinyPack.bytes(Int32(id)) }
    let text = pieces.flatMap { Array($0.utf8) }
    out += TinyPack.bytes(UInt64(text.count))
    var offset = 0
    for piece in pieces {
      out += TinyPack.bytes(UInt32(offset))
      offset += piece.utf8.count
    }
    out += TinyPack.bytes(UInt32(offset))
    for score in scores { out += TinyPack.bytes(score.bitPattern) }
    out += text
    let normal = replacements.flatMap {
      TinyPack.bytes($0.0) + [UInt8($0.1.count)] + $0.1.flatMap { TinyPack.bytes($0) }
    }
    out += TinyPack.bytes(UInt32(replacements.count)) + TinyPack.bytes(UInt32(normal.count)) + normal
    let list = tensors
    let directory = 4 + list.reduce(0) { $0 + 2 + $1.name.utf8.count + 1 + 4 + 16 }
    var place = out.count + directory
    out += TinyPack.bytes(UInt32(list.count))
    for (index, tensor) in list.enumerated() {
      let size = data(of: index).count
      out += TinyPack.bytes(UInt16(tensor.name.utf8.count)) + Array(tensor.name.utf8) + [tensor.kind]
      out += TinyPack.bytes(UInt32(tensor.count)) + TinyPack.bytes(UInt64(place)) + TinyPack.bytes(UInt64(size))
      place += size
    }
    for index in list.indices { out += data(of: index) }
    return out
  }
}
