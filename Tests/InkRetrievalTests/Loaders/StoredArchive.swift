import InkArchive

/// The bytes of a ZIP archive whose members are stored as they are, but for those that `deflated` gives in their packed
/// form.
func storedArchive(_ members: [(name: String, text: String)], deflated: [String: [UInt8]] = [:]) -> [UInt8] {
  func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var out: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    let content = Array(member.text.utf8)
    let name = Array(member.name.utf8)
    var check = CyclicRedundancyCheck()
    check.update(content)
    let packed = deflated[member.name] ?? content
    let method = deflated[member.name] == nil ? 0 : 8
    let sizes =
      number(Int(check.value), 4) + number(packed.count, 4) + number(content.count, 4) + number(name.count, 2)
    directory +=
      number(0x0201_4B50, 4) + number(20, 2) + number(20, 2) + number(0, 2) + number(method, 2) + number(0, 4)
    directory += sizes + number(0, 12)
    directory += number(out.count, 4) + name
    out += number(0x0403_4B50, 4) + number(20, 2) + number(0, 2) + number(method, 2) + number(0, 4)
    out += sizes + number(0, 2) + name + packed
  }
  let start = out.count
  out += directory
  return out + number(0x0605_4B50, 4) + number(0, 4) + number(members.count, 2) + number(members.count, 2)
    + number(directory.count, 4) + number(start, 4) + number(0, 2)
}
