import InkArchive

/// Writes small ZIP archives with the properties a test wants.
package struct ZipBuilder {
  /// A file of the archive.
  package struct Member {
    var name: String
    var content: [UInt8]
    /// What is stored; the content when nil.
    var packed: [UInt8]?
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// Lengths and offset go to the ZIP64 extra field.
    var long = false
    var checkSum: UInt32?
    var announcedSize: UInt64?

    /// A member; what is left out is as it should be.
    package init(
      name: String, content: [UInt8], packed: [UInt8]? = nil, method: UInt16 = 0, flags: UInt16 = 0, long: Bool = false,
      checkSum: UInt32? = nil, announcedSize: UInt64? = nil
    ) {
      self.name = name
      self.content = content
      self.packed = packed
      self.method = method
      self.flags = flags
      self.long = long
      self.checkSum = checkSum
      self.announcedSize = announcedSize
    }
  }

  /// The files, in order.
  package var members: [Member]
  /// What stands behind the directory.
  package var comment: [UInt8]
  /// Adds the ZIP64 end record and its locator.
  package var longEnd: Bool

  /// An archive of these members.
  package init(members: [Member], comment: [UInt8] = [], longEnd: Bool = false) {
    self.members = members
    self.comment = comment
    self.longEnd = longEnd
  }

  /// The archive.
  package func bytes() -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let packed = member.packed ?? member.content
      var check = CyclicRedundancyCheck()
      check.update(member.content)
      let sum = member.checkSum ?? check.value
      let size = member.announcedSize ?? UInt64(member.content.count)
      let offset = UInt64(out.count)
      let name = Array(member.name.utf8)
      out += le(0x0403_4B50, 4) + le(20, 2) + le(UInt64(member.flags), 2) + le(UInt64(member.method), 2) + le(0, 4)
      out += le(UInt64(sum), 4) + le(UInt64(packed.count), 4) + le(size, 4) + le(UInt64(name.count), 2) + le(0, 2)
      out += name + packed
      let extra = member.long ? le(1, 2) + le(24, 2) + le(size, 8) + le(UInt64(packed.count), 8) + le(offset, 8) : []
      let ones: UInt64 = 0xFFFF_FFFF
      directory += le(0x0201_4B50, 4) + le(20, 2) + le(20, 2) + le(UInt64(member.flags), 2)
      directory += le(UInt64(member.method), 2) + le(0, 4) + le(UInt64(sum), 4)
      directory += le(member.long ? ones : UInt64(packed.count), 4) + le(member.long ? ones : size, 4)
      directory += le(UInt64(name.count), 2) + le(UInt64(extra.count), 2) + le(0, 2) + le(0, 8)
      directory += le(member.long ? ones : offset, 4) + name + extra
    }
    let start = UInt64(out.count)
    let size = UInt64(directory.count)
    let count = UInt64(members.count)
    out += directory
    if longEnd {
      let place = UInt64(out.count)
      out += le(0x0606_4B50, 4) + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 8)
      out += le(count, 8) + le(count, 8) + le(size, 8) + le(start, 8)
      out += le(0x0706_4B50, 4) + le(0, 4) + le(place, 8) + le(1, 4)
    }
    out += le(0x0605_4B50, 4) + le(0, 4) + le(longEnd ? 0xFFFF : count, 2) + le(longEnd ? 0xFFFF : count, 2)
    out += le(longEnd ? 0xFFFF_FFFF : size, 4) + le(longEnd ? 0xFFFF_FFFF : start, 4)
    return out + le(UInt64(comment.count), 2) + comment
  }

  private func le(_ value: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
