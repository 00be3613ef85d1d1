import Foundation

/// The files beside a database that hold indexes: `vectors-SEQUENCE-STAMP.index` and `keywords-SEQUENCE-STAMP.index`.
///
/// The name says up to which change of which history the index holds, and a file is written under it whole or not at all,
/// so that no crash can leave a file whose name is wrong.
struct IndexFile: Sendable, Hashable {
  /// The indexes of a base.
  enum Kind: String, Sendable, CaseIterable {
    case vectors, keywords
  }

  var kind: Kind
  var place: ChangeLog.Place

  var name: String { "\(kind.rawValue)-\(place.sequence)-\(String(UInt64(bitPattern: place.stamp), radix: 16)).index" }

  init(_ kind: Kind, at place: ChangeLog.Place) {
    self.kind = kind
    self.place = place
  }

  /// Reads a name; nil for that of another file.
  init?(_ name: String) {
    guard name.hasSuffix(".index") else { return nil }
    let parts = name.dropLast(".index".count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])), let sequence = Int64(parts[1]),
      let stamp = UInt64(parts[2], radix: 16)
    else { return nil }
    self.init(kind, at: ChangeLog.Place(sequence: sequence, stamp: Int64(bitPattern: stamp)))
  }

  /// The files of a kind in a folder, the latest first.
  static func all(_ kind: Kind, in folder: String) -> [IndexFile] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { IndexFile($0) }.filter { $0.kind == kind }
      .sorted { ($0.place.sequence, $0.place.stamp) > ($1.place.sequence, $1.place.stamp) }
  }

  /// Deletes all files of a kind but one, with what an interrupted save left of them.
  static func deleteAll(_ kind: Kind, in folder: String, except kept: IndexFile?) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(kind.rawValue + "-") && name.contains(".index") && name != kept?.name {
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }
}
