import InkArchive
import InkTensor

/// The arrays of a `.npz` archive by name. Stored members are views of the mapped file, deflated ones are unpacked when
/// the archive is opened.
public struct NumPyArchive: TensorSource {
  public var path: String { arrays.path }
  public var tensorNames: [String] { arrays.tensorNames }
  private let arrays: TensorCollection

  /// The most that deflated members may take together.
  private static let maximumUnpackedByteCount = 1 << 32

  /// Opens an archive of `numpy.savez` or `numpy.savez_compressed`.
  ///
  /// - Throws: `cannotOpen`; `malformed` for a damaged archive; `duplicate` for a name that occurs twice; what
  ///   ``NumPyArray/open(_:name:)`` throws for an array.
  public static func open(_ path: String) throws(FormatError) -> NumPyArchive {
    let file = try StoredFile.map(path)
    let archive: ZipArchive
    do { archive = try ZipArchive(file, path: path) } catch { throw FormatError(error, file: path) }
    var tensors: [StoredTensor] = []
    var allowance = maximumUnpackedByteCount
    for member in archive.members {
      guard member.name.hasSuffix(".npy") else {
        throw FormatError(
          .unsupported, file: path, context: "member \(FormatError.quoted(member.name))", expected: "a .npy array")
      }
      let place: (storage: Storage, range: Range<Int>)
      do throws(ArchiveError) {
        if let range = try archive.storedRange(member) {
          place = (file, range)
        } else {
          let bytes = try archive.contents(member, limit: allowance)
          allowance -= bytes.count
          place = (Storage.copying(bytes), 0..<bytes.count)
        }
      } catch { throw FormatError(error, file: path) }
      tensors.append(
        try NumPyArray.read(place.storage, range: place.range, name: String(member.name.dropLast(4)), file: path))
    }
    return NumPyArchive(arrays: try TensorCollection(tensors, path: path))
  }

  public func find(_ name: String) -> StoredTensor? { arrays.find(name) }
}
