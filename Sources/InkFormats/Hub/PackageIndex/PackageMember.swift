/// One file inside a wheel on the Python package index.
public struct PackageMember: Sendable, Hashable {
  /// The package's name.
  public let package: String
  /// Its exact version.
  public let version: String
  /// The path inside the wheel.
  public let member: String
  /// The member's length in bytes when it is known beforehand.
  public let size: UInt64?
  /// About how many bytes pip fetches, for progress; nil when unknown.
  public let downloadSize: UInt64?

  /// A member of `package`==`version`.
  public init(package: String, version: String, member: String, size: UInt64? = nil, downloadSize: UInt64? = nil) {
    self.package = package
    self.version = version
    self.member = member
    self.size = size
    self.downloadSize = downloadSize
  }

  /// `package==version`, as pip takes it.
  public var requirement: String { "\(package)==\(version)" }

  /// Whether both parts are what package indexes allow, so that neither can be read as an option of pip.
  var isWellFormed: Bool {
    func allowed(_ text: String, also extra: String) -> Bool {
      guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 128 else { return false }
      return text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || extra.utf8.contains(byte)
      }
    }
    return allowed(package, also: "._-") && allowed(version, also: "._+!-")
  }
}
