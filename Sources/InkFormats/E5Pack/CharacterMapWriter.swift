/// Compiles replacements of code points into SentencePiece's `precompiled_charsmap`: a double array in the layout of
/// Darts-clone (Aoe, 1989; Yata, 2007) with its length before it, and the replacements behind it, each ended by a zero.
struct CharacterMapWriter {
  private struct Node {
    var children: [(byte: UInt8, node: Int)] = []
    var value: Int?
  }

  private var nodes = [Node()]
  private var texts: [UInt8] = []

  init(_ replacements: [(from: Unicode.Scalar, to: String)]) {
    var places: [String: Int] = [:]
    for (from, to) in replacements {
      let place = places[to] ?? texts.count
      if place == texts.count {
        places[to] = place
        texts += Array(to.utf8) + [0]
      }
      insert(Array(String(from).utf8), value: place)
    }
  }

  private mutating func insert(_ bytes: [UInt8], value: Int) {
    var node = 0
    for byte in bytes {
      if let child = nodes[node].children.first(where: { $0.byte == byte }) {
        node = child.node
      } else {
        nodes.append(Node())
        nodes[node].children.append((byte, nodes.count - 1))
        node = nodes.count - 1
      }
    }
    nodes[node].value = value
  }

  /// The compiled map.
  func bytes() -> [UInt8] {
    let units = array()
    var out: [UInt8] = []
    GGUFWriter.append(UInt32(units.count * 4), to: &out)
    for unit in units { GGUFWriter.append(unit, to: &out) }
    return out + texts
  }

  /// The units: bits 0...7 label, bit 8 a value follows, bits 10...30 the offset by which the children's places are
  /// found (place ^ offset ^ label); a value's unit has bit 31.
  private func array() -> [UInt32] {
    var units: [UInt32] = []
    var taken: [Bool] = []
    var offsets: Set<Int> = []
    func grow(to count: Int) {
      // Whole blocks of 256, so that a lookup of any label stays inside.
      while units.count < count {
        units += [UInt32](repeating: 0, count: 256)
        taken += [Bool](repeating: false, count: 256)
      }
    }
    grow(to: 1)
    taken[0] = true
    var waiting = [(node: 0, place: 0)]
    var least = 1
    while let (node, place) = waiting.popLast() {
      let labels = (nodes[node].value == nil ? [] : [0]) + nodes[node].children.map { Int($0.byte) }
      if labels.isEmpty { continue }
      var offset = least
      while true {
        let base = place ^ offset
        grow(to: (base | 0xFF) + 1)
        if !offsets.contains(offset), labels.allSatisfy({ !taken[base ^ $0] }) { break }
        offset += 1
      }
      offsets.insert(offset)
      while offsets.contains(least) { least += 1 }
      let base = place ^ offset
      units[place] |= UInt32(offset) << 10
      for label in labels { taken[base ^ label] = true }
      if let value = nodes[node].value {
        units[place] |= 1 << 8
        units[base] = 0x8000_0000 | UInt32(value)
      }
      for child in nodes[node].children {
        units[base ^ Int(child.byte)] = UInt32(child.byte)
        waiting.append((child.node, base ^ Int(child.byte)))
      }
    }
    return units
  }
}
