package import InkTensor

/// Reads a ZIP archive (PKWARE APPNOTE 6.3): stored and deflated members, ZIP64, nothing encrypted or split. Every
/// offset and length is checked against the file before it is used. The file is mapped: a stored member can be used
/// where it lies, and one that is unpacked is streamed, never held whole.
package struct ZipArchive: Sendable {
  /// How a member is packed.
  package enum Method: Sendable, Equatable {
    case stored
    case deflated
    case unsupported(UInt16)
  }

  /// One line of the central directory.
  package struct Member: Sendable, Equatable {
    package let name: String
    package let method: Method
    package let compressedSize: UInt64
    package let size: UInt64
    package let checkSum: UInt32
    /// Whether a password is needed.
    package let encrypted: Bool
    let headerOffset: UInt64
  }

  /// The largest central directory that is read.
  private static let longestDirectory: UInt64 = 64 << 20

  private let file: ArchiveBytes
  /// The members in the order of the directory.
  package let members: [Member]

  /// Opens an archive and reads its directory.
  package init(_ path: String) throws(ArchiveError) {
    let storage: Storage
    do throws(TensorError) { storage = try MappedFile.open(path) } catch {
      throw ArchiveError(.file, context: path, expected: error.expected, found: error.found, hint: error.hint)
    }
    try self.init(storage, path: path)
  }

  /// Reads the directory of an archive whose bytes are at hand; `name` stands for it in messages.
  package init(_ bytes: [UInt8], name: String) throws(ArchiveError) {
    try self.init(Storage.copying(bytes), path: name)
  }

  /// Reads the directory of an archive that is in memory; `path` stands for it in messages.
  package init(_ storage: Storage, path: String) throws(ArchiveError) {
    let file = ArchiveBytes(storage: storage, path: path)
    let directory = try ZipArchive.locateDirectory(file, file.length)
    members = try ZipArchive.readDirectory(file, directory)
    self.file = file
  }

  /// The member of this name, or nil; with several of one name the last counts, as in other readers.
  package func member(named name: String) -> Member? { members.last { $0.name == name } }

  // MARK: Directory

  private struct Directory {
    var offset: UInt64
    var size: UInt64
    var count: UInt64
  }

  private static func damaged(_ path: String, _ found: String) -> ArchiveError {
    ArchiveError(
      .damaged, context: path, expected: "a whole ZIP archive", found: found,
      hint: "The archive is damaged; remove it and fetch it again")
  }

  private static func locateDirectory(_ file: ArchiveBytes, _ length: UInt64) throws(ArchiveError) -> Directory {
    let tailLength = min(length, 22 + 65_535)
    let tail = LittleEndianBytes(file.read(at: length - tailLength, count: Int(tailLength)))
    var found: (place: Int, directory: Directory)?
    var place = tail.count - 22
    while place >= 0, found == nil {
      // The comment must reach exactly to the end of the file, or the signature is only part of a comment.
      if tail.u32(place) == 0x0605_4B50, let comment = tail.u16(place + 20), place + 22 + Int(comment) == tail.count {
        let directory = Directory(
          offset: UInt64(tail.u32(place + 16) ?? 0), size: UInt64(tail.u32(place + 12) ?? 0),
          count: UInt64(tail.u16(place + 10) ?? 0))
        found = (place, directory)
      }
      place -= 1
    }
    guard let (end, located) = found else { throw damaged(file.path, "no end record") }
    var directory = located
    let endOffset = length - tailLength + UInt64(end)
    if directory.offset == 0xFFFF_FFFF || directory.size == 0xFFFF_FFFF || directory.count == 0xFFFF {
      directory = try readLongEnd(file, before: endOffset) ?? directory
    }
    guard directory.size <= endOffset, directory.offset <= endOffset - directory.size else {
      throw damaged(file.path, "a directory outside the file")
    }
    guard directory.size <= longestDirectory else { throw damaged(file.path, "a directory of \(directory.size) bytes") }
    return directory
  }

  /// The ZIP64 end record, when its locator stands before the plain one.
  private static func readLongEnd(_ file: ArchiveBytes, before end: UInt64) throws(ArchiveError) -> Directory? {
    guard end >= 20 else { return nil }
    let locator = LittleEndianBytes(file.read(at: end - 20, count: 20))
    guard locator.u32(0) == 0x0706_4B50 else { return nil }
    guard let offset = locator.u64(8), end >= 76, offset <= end - 76 else {
      throw damaged(file.path, "a ZIP64 end record outside the file")
    }
    let record = LittleEndianBytes(file.read(at: offset, count: 56))
    guard record.u32(0) == 0x0606_4B50, let count = record.u64(32), let size = record.u64(40),
      let start = record.u64(48)
    else { throw damaged(file.path, "no ZIP64 end record where its locator points") }
    return Directory(offset: start, size: size, count: count)
  }

  private static func readDirectory(
    _ file: ArchiveBytes, _ directory: Directory
  ) throws(ArchiveError) -> [Member] {
    let bytes = LittleEndianBytes(file.read(at: directory.offset, count: Int(directory.size)))
    guard UInt64(bytes.count) == directory.size, directory.count <= directory.size / 46 else {
      throw damaged(file.path, "\(directory.count) members in a directory of \(bytes.count) bytes")
    }
    var members: [Member] = []
    var place = 0
    for index in 0..<directory.count {
      guard bytes.u32(place) == 0x0201_4B50, let flags = bytes.u16(place + 8), let method = bytes.u16(place + 10),
        let checkSum = bytes.u32(place + 16), let compressed = bytes.u32(place + 20), let size = bytes.u32(place + 24),
        let nameLength = bytes.u16(place + 28), let extraLength = bytes.u16(place + 30),
        let commentLength = bytes.u16(place + 32), let offset = bytes.u32(place + 42),
        let name = bytes.text(place + 46, Int(nameLength)),
        place + 46 + Int(nameLength) + Int(extraLength) + Int(commentLength) <= bytes.count
      else { throw damaged(file.path, "a broken directory entry \(index)") }
      var sizes = (size: UInt64(size), compressed: UInt64(compressed), offset: UInt64(offset))
      readLongSizes(bytes, place + 46 + Int(nameLength), Int(extraLength), &sizes)
      members.append(
        Member(
          name: name, method: method == 0 ? .stored : method == 8 ? .deflated : .unsupported(method),
          compressedSize: sizes.compressed, size: sizes.size, checkSum: checkSum, encrypted: flags & 1 == 1,
          headerOffset: sizes.offset))
      place += 46 + Int(nameLength) + Int(extraLength) + Int(commentLength)
    }
    return members
  }

  /// The ZIP64 extra field holds, in this order, only the values that are all ones in the entry.
  private static func readLongSizes(
    _ bytes: LittleEndianBytes, _ start: Int, _ length: Int,
    _ sizes: inout (size: UInt64, compressed: UInt64, offset: UInt64)
  ) {
    var place = start
    while place + 4 <= start + length, let kind = bytes.u16(place), let count = bytes.u16(place + 2) {
      if kind == 1 {
        var value = place + 4
        let end = min(place + 4 + Int(count), start + length)
        func next(_ current: UInt64) -> UInt64 {
          guard current == 0xFFFF_FFFF, value + 8 <= end, let long = bytes.u64(value) else { return current }
          value += 8
          return long
        }
        sizes.size = next(sizes.size)
        sizes.compressed = next(sizes.compressed)
        sizes.offset = next(sizes.offset)
        return
      }
      place += 4 + Int(count)
    }
  }
}

extension ZipArchive {
  /// Unpacks one member into `write`, piece by piece, and checks its length and check sum at the end. What was written
  /// before an error is thrown must not be used.
  package func extract(_ member: Member, to write: ([UInt8]) throws(ArchiveError) -> Void) throws(ArchiveError) {
    let context = "\(file.path): \(member.name)"
    guard !member.encrypted else {
      throw ArchiveError(.unsupported, context: context, expected: "a readable member", found: "an encrypted one")
    }
    var (place, end) = try dataRange(member, context)
    let chunk: UInt64 = 256 * 1024
    func read() throws(ArchiveError) -> [UInt8] {
      if Task.isCancelled { throw ArchiveError(.cancelled, context: context, found: "the task was cancelled") }
      let bytes = file.read(at: place, count: Int(min(chunk, end - place)))
      file.release(from: place, count: bytes.count)
      place += UInt64(bytes.count)
      return bytes
    }
    var check = CyclicRedundancyCheck()
    var count: UInt64 = 0
    func take(_ bytes: [UInt8]) throws(ArchiveError) {
      check.update(bytes)
      count += UInt64(bytes.count)
      try write(bytes)
    }
    switch member.method {
    case .stored:
      guard member.size == member.compressedSize else {
        throw ZipArchive.damaged(context, "a stored member with two lengths")
      }
      while place < end {
        let bytes = try read()
        guard !bytes.isEmpty else { throw ZipArchive.damaged(context, "the end of the file") }
        try take(bytes)
      }
    case .deflated:
      try Inflater.inflate(context: context, limit: member.size, from: read, to: take)
    case .unsupported(let method):
      throw ArchiveError(
        .unsupported, context: context, expected: "a stored or deflated member", found: "compression method \(method)")
    }
    guard count == member.size else {
      throw ArchiveError(
        .damaged, context: context, expected: "\(member.size) bytes", found: "\(count)",
        hint: "The archive is damaged; remove it and fetch it again")
    }
    guard check.value == member.checkSum else {
      throw ArchiveError(
        .damaged, context: context, expected: "check sum \(String(member.checkSum, radix: 16))",
        found: String(check.value, radix: 16), hint: "The archive is damaged; remove it and fetch it again")
    }
  }

  /// Where the bytes of a stored member lie in the file, for use without a copy; nil when it is packed or encrypted.
  /// Its check sum is not computed.
  package func storedRange(_ member: Member) throws(ArchiveError) -> Range<Int>? {
    guard member.method == .stored, !member.encrypted, member.size == member.compressedSize else { return nil }
    let (start, end) = try dataRange(member, "\(file.path): \(member.name)")
    return Int(start)..<Int(end)
  }

  /// All bytes of a member, which may not be longer than `limit`.
  package func contents(_ member: Member, limit: Int) throws(ArchiveError) -> [UInt8] {
    guard member.size <= UInt64(limit) else {
      throw ArchiveError(
        .damaged, context: "\(file.path): \(member.name)", expected: "at most \(limit) bytes", found: "\(member.size)")
    }
    var bytes: [UInt8] = []
    try extract(member) { (piece) throws(ArchiveError) in bytes += piece }
    return bytes
  }

  /// Where the member's bytes lie, from its local header, which must name the same member.
  private func dataRange(_ member: Member, _ context: String) throws(ArchiveError) -> (UInt64, UInt64) {
    guard file.length >= 30, member.headerOffset <= file.length - 30 else {
      throw ZipArchive.damaged(context, "a header outside the file")
    }
    let header = LittleEndianBytes(file.read(at: member.headerOffset, count: 30))
    guard header.u32(0) == 0x0403_4B50, let nameLength = header.u16(26), let extraLength = header.u16(28) else {
      throw ZipArchive.damaged(context, "no member header where the directory points")
    }
    let name = file.read(at: member.headerOffset + 30, count: Int(nameLength))
    guard name == Array(member.name.utf8) else { throw ZipArchive.damaged(context, "another member's header") }
    let start = member.headerOffset + 30 + UInt64(nameLength) + UInt64(extraLength)
    guard start <= file.length, member.compressedSize <= file.length - start else {
      throw ZipArchive.damaged(context, "data that reaches beyond the end of the file")
    }
    return (start, start + member.compressedSize)
  }
}

/// The bytes of an archive by their place in the file.
private struct ArchiveBytes: Sendable {
  let storage: Storage
  let path: String

  var length: UInt64 { UInt64(storage.byteCount) }

  /// Up to `count` bytes at `offset`; fewer only at the end of the file.
  func read(at offset: UInt64, count: Int) -> [UInt8] {
    guard offset < length, count > 0 else { return [] }
    let start = Int(offset)
    return storage.bytes(in: start..<start + min(count, storage.byteCount - start))
  }

  /// Says that a range will not be read again soon.
  func release(from offset: UInt64, count: Int) {
    guard offset <= length, count > 0, UInt64(count) <= length - offset else { return }
    storage.discardResidentPages(Int(offset)..<Int(offset) + count)
  }
}
